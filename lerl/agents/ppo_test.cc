#include "lerl/agents/ppo.h"

#include <gtest/gtest.h>

#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

PpoConfig PpoTestConfig() {
  PpoConfig config;
  config.common.minibatch = 16;
  config.common.learning_rate = 3e-3;
  return config;
}

double LearnAndPlay(const LearnerConfig& learner, uint64_t iterations, bool permute = false,
                    uint64_t seed = 1) {
  Bandit bandit;
  const auto agent = MakePpo(bandit.Context(seed), learner, PpoTestConfig());
  for (uint64_t i = 0; i < iterations; ++i) bandit.PlayAndLearn(*agent, i, true, permute);
  return bandit.PlayAndLearn(*agent, 1000, false);
}

TEST(Ppo, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  EXPECT_GT(LearnAndPlay(BanditLearner(), 60), 0.95);
}

TEST(Ppo, DrawsTheItemsThemselvesAsWell) {
  LearnerConfig learner = BanditLearner();
  learner.policy.kind = "items";
  EXPECT_GT(LearnAndPlay(learner, 60), 0.95);
}

TEST(Ppo, LearnsNothingFromPermutedRewards) {
  double sum = 0;
  for (uint64_t seed = 1; seed <= 5; ++seed)
    sum += LearnAndPlay(BanditLearner(), 15, /*permute=*/true, seed);
  EXPECT_NEAR(sum / 5, 0.5, 0.15);
}

TEST(Ppo, StartsFromTheLogsWhenItIsWarm) {
  Bandit bandit;
  LearnerConfig learner = BanditLearner();
  learner.warm_start = {.steps = 150, .batch = 32};
  const auto agent = MakePpo(bandit.Context(), learner, PpoTestConfig());
  const UpdateStats stats = agent->WarmStart();
  EXPECT_LT(stats[1].second, stats[0].second);
}

TEST(Ppo, WorksWithOneTokenPerItem) {
  LearnerConfig learner = BanditLearner();
  learner.state.tokens = "item";
  EXPECT_GT(LearnAndPlay(learner, 40), 0.8);
}

}  // namespace
}  // namespace lerl
