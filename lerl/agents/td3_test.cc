#include "lerl/agents/td3.h"

#include <gtest/gtest.h>

#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

Td3Config Td3TestConfig() {
  Td3Config config;
  config.replay.minibatch = 16;
  config.replay.passes = 4;
  config.replay.actor_rate = 3e-3;
  config.replay.critic_rate = 3e-3;
  return config;
}

TEST(Td3, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  Bandit bandit;
  const auto agent = MakeTd3(bandit.Context(), BanditLearner(), Td3TestConfig());
  for (uint64_t i = 0; i < 60; ++i) bandit.PlayAndLearn(*agent, i, true);
  EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.9);
}

TEST(Td3, LearnsNothingFromPermutedRewards) {
  double sum = 0;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    Bandit bandit;
    const auto agent = MakeTd3(bandit.Context(seed), BanditLearner(), Td3TestConfig());
    for (uint64_t i = 0; i < 15; ++i) bandit.PlayAndLearn(*agent, i, true, /*permute=*/true);
    sum += bandit.PlayAndLearn(*agent, 1000, false);
  }
  EXPECT_NEAR(sum / 5, 0.5, 0.15);
}

}  // namespace
}  // namespace lerl
