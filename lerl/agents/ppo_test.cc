#include "lerl/agents/ppo.h"

#include <gtest/gtest.h>

#include <string>

#include "lerl/testing/permuted_rewards.h"
#include "lerl/testing/small_agents.h"
#include "lerl/testing/update_stats.h"

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

// 64 sessions in minibatches of 16, 3 passes.
TEST(Ppo, ReportsTheFiguresOfItsUpdate) {
  Bandit bandit;
  PpoConfig config = PpoTestConfig();
  config.epochs = 3;
  config.common.max_gradient = 0.01;
  const auto agent = MakePpo(bandit.Context(), BanditLearner(), config);
  const UpdateStats stats = bandit.LastStats(*agent, 1), figures = agent->Diagnostics();
  EXPECT_EQ(StatOf(figures, "updates"), 12);
  double kl = 0;
  for (const char* epoch : {"kl_epoch_1", "kl_epoch_2", "kl_epoch_3"}) kl += StatOf(figures, epoch);
  EXPECT_NEAR(kl / 3, StatOf(stats, "kl"), 1e-9);
  // The policy goes away from the one that played, pass by pass.
  EXPECT_GT(StatOf(figures, "kl_epoch_3"), StatOf(figures, "kl_epoch_1"));
  EXPECT_GT(StatOf(figures, "gradient_norm"), 0.01);
  EXPECT_NEAR(StatOf(figures, "gradient_norm_clipped"), 0.01, 1e-5);
  // Sigma is .3 before the first update, and has moved before the second.
  EXPECT_NEAR(StatOf(figures, "sigma_min"), 0.3, 1e-6);
  EXPECT_NEAR(StatOf(figures, "sigma_max"), 0.3, 1e-6);
  bandit.LastStats(*agent, 2);
  EXPECT_LT(StatOf(agent->Diagnostics(), "sigma_min"), StatOf(agent->Diagnostics(), "sigma_max"));
  EXPECT_EQ(StatOf(agent->Diagnostics(), "updates"), 12);
  EXPECT_LE(StatOf(agent->Diagnostics(), "explained_variance"), 1);
}

TEST(Ppo, ExplainsReturnsBetterAsItsCriticLearns) {
  Bandit bandit;
  const auto agent = MakePpo(bandit.Context(), BanditLearner(), PpoTestConfig());
  bandit.LastStats(*agent, 0);
  const double first = StatOf(agent->Diagnostics(), "explained_variance");
  for (uint64_t n = 1; n < 15; ++n) bandit.LastStats(*agent, n);
  EXPECT_GT(StatOf(agent->Diagnostics(), "explained_variance"), first);
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
  for (const auto& [name, array] : before.arrays) {
    if (name.starts_with("agent.adam.") || name == "agent.rng") continue;
    EXPECT_EQ(array.bytes, after.arrays.at(name).bytes) << name;
  }
}

}  // namespace
}  // namespace lerl
