#include "lerl/agents/ppo.h"

#include <gtest/gtest.h>

#include "lerl/testing/permuted_rewards.h"
#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

PpoConfig PpoTestConfig() {
  PpoConfig config;
  config.common.minibatch = 16;
  config.common.learning_rate = 3e-3;
  return config;
}

double LearnAndPlay(const LearnerConfig& learner, uint64_t iterations) {
  Bandit bandit;
  const auto agent = MakePpo(bandit.Context(), learner, PpoTestConfig());
  for (uint64_t i = 0; i < iterations; ++i) bandit.PlayAndLearn(*agent, i, true);
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
  ExpectOnlyTrueRewardsTeach(
      [](Bandit& bandit, uint64_t seed) {
        return MakePpo(bandit.Context(seed), BanditLearner(), PpoTestConfig());
      },
      /*iterations=*/15);
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

TEST(Ppo, LeavesTheEncoderAtItsStartWhenAskedWhileItsHeadsLearn) {
  for (const bool published : {false, true}) {
    Bandit bandit;
    LearnerConfig learner = BanditLearner();
    learner.state.published_encoder = published;
    learner.warm_start = {.steps = 3, .batch = 8};
    const auto agent = MakePpo(bandit.Context(), learner, PpoTestConfig());
    TensorFile before, after;
    agent->Save(before);
    agent->WarmStart();
    bandit.PlayAndLearn(*agent, 1, true);
    agent->Save(after);
    const auto learned = [&](const std::string& part) {
      bool changed = false;
      for (const auto& [name, array] : before.arrays)
        if (name.starts_with("agent." + part + "."))
          changed = changed || array.bytes != after.at(name).bytes;
      return changed;
    };
    EXPECT_EQ(learned("encoder"), !published);
    EXPECT_TRUE(learned("actor"));
    EXPECT_TRUE(learned("critic"));
  }
}

// 64 sessions in minibatches of 16: a pass is 4 steps.
TEST(Ppo, EndsItsPassesWhereTheKlIsAboveItsTarget) {
  const auto steps = [](double target_kl) {
    Bandit bandit;
    PpoConfig config = PpoTestConfig();
    config.epochs = 3;
    config.target_kl = target_kl;
    const auto agent = MakePpo(bandit.Context(), BanditLearner(), config);
    bandit.PlayAndLearn(*agent, 1, true);
    return agent->gradient_steps();
  };
  EXPECT_EQ(steps(0), 12);
  EXPECT_EQ(steps(100), 12);
  EXPECT_EQ(steps(1e-9), 4);
}

}  // namespace
}  // namespace lerl
