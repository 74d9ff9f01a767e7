#include "lerl/agents/ddpg.h"

#include <gtest/gtest.h>

#include "lerl/testing/permuted_rewards.h"
#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

DdpgConfig DdpgTestConfig() {
  DdpgConfig config;
  config.replay.minibatch = 16;
  config.replay.passes = 4;
  config.replay.actor_rate = 3e-3;
  config.replay.critic_rate = 3e-3;
  return config;
}

TEST(Ddpg, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  Bandit bandit;
  const auto agent = MakeDdpg(bandit.Context(), BanditLearner(), DdpgTestConfig());
  for (uint64_t i = 0; i < 60; ++i) bandit.PlayAndLearn(*agent, i, true);
  EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.9);
}

TEST(Ddpg, LearnsNothingFromPermutedRewards) {
  ExpectOnlyTrueRewardsTeach(
      [](Bandit& bandit, uint64_t seed) {
        return MakeDdpg(bandit.Context(seed), BanditLearner(), DdpgTestConfig());
      },
      /*iterations=*/15);
}

}  // namespace
}  // namespace lerl
