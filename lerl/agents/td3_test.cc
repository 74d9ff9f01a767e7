#include "lerl/agents/td3.h"

#include <gtest/gtest.h>

#include "lerl/testing/permuted_rewards.h"
#include "lerl/testing/small_agents.h"
#include "lerl/testing/update_stats.h"

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
  ExpectOnlyTrueRewardsTeach(
      [](Bandit& bandit, uint64_t seed) {
        return MakeTd3(bandit.Context(seed), BanditLearner(), Td3TestConfig());
      },
      /*iterations=*/15);
}

// 64 sessions in minibatches of 16, once: 4 steps of the critics and, every second time, of the
// actor.
TEST(Td3, CountsTheStepsOfBothOptimisers) {
  Bandit bandit;
  Td3Config config = Td3TestConfig();
  config.replay.passes = 1;
  const auto agent = MakeTd3(bandit.Context(), BanditLearner(), config);
  bandit.PlayAndLearn(*agent, 1, true);
  EXPECT_EQ(agent->gradient_steps(), 4 + 2);
}

TEST(Td3, SaysHowLargeTheGradientsOfBothOptimisersWere) {
  Bandit bandit;
  Td3Config config = Td3TestConfig();
  config.replay.max_gradient = 1e-3;
  const auto agent = MakeTd3(bandit.Context(), BanditLearner(), config);
  EXPECT_TRUE(agent->Diagnostics().empty());
  bandit.PlayAndLearn(*agent, 1, true);
  for (const char* name : {"actor", "critic"}) {
    const std::string norm = "gradient_norm_", clipped = "gradient_norm_clipped_";
    EXPECT_GT(StatOf(agent->Diagnostics(), norm + name), 2e-3) << name;
    EXPECT_NEAR(StatOf(agent->Diagnostics(), clipped + name), 1e-3, 1e-5) << name;
  }
}

}  // namespace
}  // namespace lerl
