#include "lerl/agents/reinforce.h"

#include <gtest/gtest.h>

#include "lerl/testing/small_agents.h"
#include "lerl/testing/update_stats.h"

namespace lerl {
namespace {

ReinforceConfig ReinforceTestConfig(const std::string& baseline) {
  ReinforceConfig config;
  config.common.minibatch = 8;
  config.common.learning_rate = 5e-3;
  config.common.max_gradient = 1e6;
  config.baseline = baseline;
  return config;
}

TEST(Reinforce, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  for (const char* kind : {"virtual_item", "items"}) {
    Bandit bandit;
    LearnerConfig learner = BanditLearner();
    learner.policy.kind = kind;
    ReinforceConfig config = ReinforceTestConfig("value");
    config.common.minibatch = 64;
    const auto agent = MakeReinforce(bandit.Context(), learner, config);
    for (uint64_t i = 0; i < 200; ++i) bandit.PlayAndLearn(*agent, i, true);
    EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.95) << kind;
  }
}

// The variance of the gradient under `baseline`, mean over seeds, at the weights that the default
// baseline has led to after some iterations.
double Variance(const std::string& baseline, uint64_t iterations) {
  double sum = 0;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    Bandit bandit;
    ReinforceConfig learning;
    learning.common.learning_rate = 5e-3;
    const auto learned = MakeReinforce(bandit.Context(seed), BanditLearner(), learning);
    for (uint64_t i = 0; i < iterations; ++i) bandit.PlayAndLearn(*learned, 100 * seed + i, true);
    TensorFile weights;
    learned->Save(weights);
    ReinforceConfig config = ReinforceTestConfig(baseline);
    config.standardise = false;
    config.common.learning_rate = 0;
    config.common.value_weight = 0;
    const auto agent = MakeReinforce(bandit.Context(seed), BanditLearner(), config);
    agent->Load(weights);
    sum += StatOf(bandit.LastStats(*agent, seed), "gradient_variance");
  }
  return sum / 5;
}

TEST(Reinforce, HasLessGradientVarianceThanWithoutABaseline) {
  EXPECT_LT(Variance("mean", 0), 0.5 * Variance("none", 0));
}

TEST(Reinforce, HasLessGradientVarianceThanWithoutABaselineThatHasLearned) {
  EXPECT_EQ(ReinforceConfig().baseline, "value");
  EXPECT_LT(Variance("value", 30), 0.5 * Variance("none", 30));
}

}  // namespace
}  // namespace lerl
