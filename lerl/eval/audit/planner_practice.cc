#include "lerl/eval/audit/planner_practice.h"

#include "lerl/base/rng.h"
#include "lerl/base/stop.h"
#include "lerl/train/player.h"

namespace lerl {

void Practise(const World& world, Actors& actors, int64_t iterations, uint64_t seed) {
  for (int64_t iteration = 0; iteration < iterations && !StopRequested(); ++iteration) {
    const auto n = static_cast<uint64_t>(iteration);
    Rng rng(seed, "users of the audit's sessions", n);
    const std::vector<SessionSpec> specs =
        DrawSessions(world.split.train_users, kPracticeSessions, rng);
    actors.plans->planner().BeginIteration(DeriveSeed(seed, "audit", n));
    const SessionLog log = PlaySessions(world.dataset, *actors.env, *actors.agent, *actors.plans,
                                        specs, {.explore = true});
    actors.plans->planner().Reflect(EndedSessions(log));
  }
}

}  // namespace lerl
