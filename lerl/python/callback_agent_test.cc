#include "lerl/python/callback_agent.h"

#include <gtest/gtest.h>

#include <limits>

#include "lerl/testing/small_world.h"
#include "lerl/train/player.h"

namespace lerl {
namespace {

// Lower ids score higher, so a session shows the first items that may be shown.
TEST(CallbackAgent, PlaysWhatTheFunctionScoresHighest) {
  RunConfig config = TinyRun();
  config.planner.name = "none";
  config.agent.name = "random";
  const auto world = TinyWorld(config);
  Actors actors = MakeActors(*world, config, 1);
  int64_t calls = 0;
  CallbackAgent agent("first", *world, config.slate_size(),
                      [&](const ObservationMemory& seen, int64_t n, std::span<float> scores) {
                        ++calls;
                        EXPECT_EQ(std::ssize(seen.user), n);
                        for (size_t at = 0; at < scores.size(); ++at)
                          scores[at] = seen.mask[at] != 0 ? -static_cast<float>(at % 60)
                                                          : -std::numeric_limits<float>::infinity();
                      });
  const std::vector<SessionSpec> sessions = {{1, 5}, {2, 6}, {3, 7}};
  const SessionLog log = PlaySessions(world->dataset, *actors.env, agent, *actors.plans, sessions,
                                      {.mode = PlanMode::kEvaluation});
  EXPECT_GT(calls, 0);
  for (int64_t s = 0; s < 3; ++s) {
    int32_t last = -1;
    for (int64_t t = 0; t < log.length[At(s)]; ++t) {
      for (size_t k = 0; k < 3; ++k) {
        const int32_t item = log.items[log.Cell(s, t) * 3 + k];
        EXPECT_GT(item, last);
        last = item;
      }
    }
  }
}

}  // namespace
}  // namespace lerl
