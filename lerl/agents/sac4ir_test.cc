#include "lerl/agents/sac4ir.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/testing/permuted_rewards.h"
#include "lerl/testing/small_agents.h"
#include "lerl/testing/three_items.h"
#include "lerl/testing/update_stats.h"

namespace lerl {
namespace {

Sac4irConfig Sac4irTestConfig() {
  Sac4irConfig config;
  config.replay.minibatch = 16;
  config.replay.passes = 4;
  config.replay.actor_rate = 3e-3;
  config.replay.critic_rate = 3e-3;
  return config;
}

TEST(Sac4ir, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  Bandit bandit;
  const auto agent = MakeSac4ir(bandit.Context(), BanditLearner(), Sac4irTestConfig());
  for (uint64_t i = 0; i < 60; ++i) bandit.PlayAndLearn(*agent, i, true);
  EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.9);
}

TEST(Sac4ir, LearnsNothingFromPermutedRewards) {
  ExpectOnlyTrueRewardsTeach(
      [](Bandit& bandit, uint64_t seed) {
        return MakeSac4ir(bandit.Context(seed), BanditLearner(), Sac4irTestConfig());
      },
      /*iterations=*/15);
}

UpdateStats StatsAfter(Sac4irConfig config, uint64_t iterations) {
  Bandit bandit;
  const auto agent = MakeSac4ir(bandit.Context(), BanditLearner(), config);
  UpdateStats stats;
  for (uint64_t i = 0; i < iterations; ++i) bandit.PlayAndLearn(*agent, i, true, false, &stats);
  return stats;
}

// The temperature starts too high once, and too low once.
TEST(Sac4ir, MeetsItsEntropyTarget) {
  for (const double alpha : {1.0, 0.1}) {
    Sac4irConfig config = Sac4irTestConfig();
    config.rho = 0.9;
    config.alpha = alpha;
    config.alpha_rate = 0.02;
    const UpdateStats stats = StatsAfter(config, 40);
    const double target = StatOf(stats, "entropy_target");
    EXPECT_NEAR(target, 0.9 * std::log(40), 1e-4);
    EXPECT_NEAR(StatOf(stats, "entropy"), target, 0.03 * target) << "from alpha " << alpha;
  }
}

TEST(Sac4ir, MissesItsEntropyTargetWithThePublishedSign) {
  Sac4irConfig config = Sac4irTestConfig();
  config.rho = 0.9;
  config.alpha = 0.01;
  config.alpha_rate = 0.03;
  config.replay.actor_rate = 1e-2;
  config.published_temperature = true;
  const UpdateStats stats = StatsAfter(config, 25);
  EXPECT_LT(StatOf(stats, "entropy"), 0.9 * StatOf(stats, "entropy_target"));
}

// With logits in [-1, 1] the odds of two items are at most e^2, so the entropy over n items stays
// near log n, whatever is learned.
TEST(Sac4ir, CannotLeaveTheUniformPolicyWithPublishedLogits) {
  Sac4irConfig config = Sac4irTestConfig();
  config.alpha = 0.001;
  config.alpha_rate = 0;
  config.published_logits = true;
  EXPECT_GT(StatOf(StatsAfter(config, 10), "entropy"), 0.88 * std::log(40));
}

// At a temperature that stays, the entropy of the steps between counts as it does in V, so values
// are the same whether V or the rewards of further steps tell of them.
TEST(Sac4ir, LearnsTheSameSoftValuesFromTheRewardsOfMoreSteps) {
  std::vector<double> values;
  for (const int64_t n_step : {1, 3}) {
    Sac4irConfig config = Sac4irTestConfig();
    config.reward = "environment";
    config.alpha = 0.3;
    config.alpha_rate = 0;
    config.replay.tau = 0.1;
    config.replay.n_step = n_step;
    values.push_back(StatOf(StatsAfter(config, 40), "q"));
  }
  // Without their entropy, three steps are worth at most the likes of 1 + 1.9 + 2.71 steps.
  EXPECT_GT(values[0], (1 + 1.9 + 2.71) / 3);
  EXPECT_NEAR(values[1], values[0], 0.05 * values[0]);
}

TEST(Sac4ir, LearnsFromEveryFormOfItsReward) {
  for (const char* reward : {"bonus", "item_bonus", "damped", "environment"}) {
    Sac4irConfig config = Sac4irTestConfig();
    config.reward = reward;
    for (const auto& [name, value] : StatsAfter(config, 1))
      EXPECT_TRUE(std::isfinite(value)) << reward << ' ' << name;
  }
}

TEST(Sac4ir, AddsToItsRewardWhatPopularityCallsFor) {
  const ThreeItems world;
  const auto debiasing = [&world](const std::string& reward, std::vector<int32_t> items) {
    Sac4irConfig config = Sac4irTestConfig();
    config.reward = reward;
    const auto agent = MakeSac4ir(world.Context(), TinyLearner(), config);
    return StatOf(agent->Update(world.Session(std::move(items), /*liked=*/1)), "debiasing");
  };
  EXPECT_EQ(Sac4irTestConfig().reward, "bonus");
  // Items of popularity 1/3 and 0: their mean counts, or each.
  EXPECT_NEAR(debiasing("bonus", {1, 2}), 0.1 / (std::log(1.0 / 6 + 1.1) + 1), 1e-6);
  EXPECT_NEAR(debiasing("item_bonus", {1, 2}),
              (0.1 / std::log(1.0 / 3 + 1.1) + 0.1 / std::log(1.1)) / 2, 1e-6);
  // Of popularity 1 and 0, where the median is 1/3: the first like counts less.
  EXPECT_NEAR(debiasing("damped", {0, 2}), (std::sqrt(1.0 / 3) - 1) / 2, 1e-6);
  EXPECT_EQ(debiasing("damped", {1, 2}), 0);
  EXPECT_EQ(debiasing("environment", {0, 2}), 0);
}

}  // namespace
}  // namespace lerl
