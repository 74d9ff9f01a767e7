#include "lerl/eval/audit/planner_practice.h"

#include "lerl/base/rng.h"
#include "lerl/base/stop.h"
#include "lerl/train/player.h"

namespace lerl {

bool Practise(const World& world, Actors& actors, int64_t iterations, uint64_t seed) {
  Planner& planner = actors.plans->planner();
  const auto stops = [&] { return StopRequested() || !planner.Report().stop_reason.empty(); };
  for (int64_t iteration = 0; iteration < iterations && !stops(); ++iteration) {
    const auto n = static_cast<uint64_t>(iteration);
    Rng rng(seed, "users of the audit's sessions", n);
    const std::vector<SessionSpec> specs =
        DrawSessions(world.split.train_users, kPracticeSessions, rng);
    planner.BeginIteration(DeriveSeed(seed, "audit", n), PlanMode::kTraining);
    const SessionLog log = PlaySessions(world.dataset, *actors.env, *actors.agent, *actors.plans,
                                        specs, {.mode = PlanMode::kTraining});
    planner.Reflect(EndedSessions(log));
  }
  return !stops();
}

}  // namespace lerl
