#include "lerl/agents/deterministic_actor.h"

#include <gtest/gtest.h>

#include "lerl/agents/agents_testing.h"
#include "lerl/agents/ddpg.h"
#include "lerl/agents/stats_testing.h"
#include "lerl/agents/td3.h"

namespace lerl {
namespace {

double ValueAfterLearning(Agent& agent, Bandit& bandit, uint64_t seed) {
  double q = 0;
  for (uint64_t i = 0; i < 25; ++i) q = StatOf(bandit.LastStats(agent, 100 * seed + i), "q");
  return q;
}

// What a policy really earns from a step on: 3 steps of reward at most 1, discounted by .9. Rewards
// without a relation to actions leave nothing but noise to maximise over.
TEST(DeterministicActor, TwinCriticsOverestimateLessThanOne) {
  double single = 0, twin = 0;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    Bandit bandit;
    ReplayConfig replay{.critic_rate = 3e-3, .actor_rate = 3e-3, .tau = 0.05};
    replay.passes = 6;
    const auto ddpg = MakeDdpg(bandit.Context(seed), BanditLearner(), {replay});
    const auto td3 = MakeTd3(bandit.Context(seed), BanditLearner(), {.replay = replay});
    single += ValueAfterLearning(*ddpg, bandit, seed);
    twin += ValueAfterLearning(*td3, bandit, seed);
  }
  EXPECT_LT(twin, single);
}

TEST(DeterministicActor, StartsFromTheLogsWhenItIsWarm) {
  Bandit bandit;
  LearnerConfig learner = BanditLearner();
  learner.warm_start = {.steps = 150, .batch = 32};
  const auto agent = MakeDdpg(bandit.Context(), learner, {});
  const UpdateStats stats = agent->WarmStart();
  EXPECT_LT(stats[1].second, stats[0].second);
  EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.6);
}

}  // namespace
}  // namespace lerl
