#include "lerl/agents/ppo.h"

#include <gtest/gtest.h>

#include <string>

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

// All that an agent saves after one iteration at a share of the run.
Arrays LearnedAt(double progress, const PpoConfig& config) {
  Bandit bandit;
  const auto agent = MakePpo(bandit.Context(), BanditLearner(), config);
  agent->SetProgress(progress);
  bandit.PlayAndLearn(*agent, 1, true);
  TensorFile file;
  agent->Save(file);
  return file.arrays;
}

void ExpectSameArrays(const Arrays& a, const Arrays& b, bool same) {
  bool equal = true;
  for (const auto& [name, array] : a) equal = equal && array.bytes == b.at(name).bytes;
  EXPECT_EQ(equal, same);
}

TEST(Ppo, LearnsAtTheRateAndClipOfItsSchedules) {
  PpoConfig linear = PpoTestConfig();
  linear.common.learning_rate = 0.06;
  linear.common.learning_rate_schedule = linear.clip_schedule = "linear";
  linear.common.learning_rate_end = 0.5;
  linear.clip = 0.4;
  linear.clip_end = 0.25;
  PpoConfig start = PpoTestConfig(), end = PpoTestConfig();
  start.common.learning_rate = 0.06, start.clip = 0.4;
  end.common.learning_rate = 0.03, end.clip = 0.1;
  ExpectSameArrays(LearnedAt(0, linear), LearnedAt(0, start), true);
  ExpectSameArrays(LearnedAt(1, linear), LearnedAt(1, end), true);
  ExpectSameArrays(LearnedAt(1, linear), LearnedAt(0, linear), false);
  // Constant schedules don't read how far the run is.
  ExpectSameArrays(LearnedAt(1, start), LearnedAt(0, start), true);
}

TEST(Ppo, StandsStillWhereItsLearningRateHasGoneToZero) {
  PpoConfig config = PpoTestConfig();
  config.common.learning_rate_schedule = "linear";
  Bandit bandit;
  const auto agent = MakePpo(bandit.Context(), BanditLearner(), config);
  TensorFile before, after;
  agent->Save(before);
  agent->SetProgress(1);
  bandit.PlayAndLearn(*agent, 1, true);
  agent->Save(after);
  for (const auto& [name, array] : before.arrays)
    if (!name.starts_with("agent.adam.") && name != "agent.rng")
      EXPECT_EQ(array.bytes, after.arrays.at(name).bytes) << name;
}

}  // namespace
}  // namespace lerl
