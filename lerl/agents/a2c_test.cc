#include "lerl/agents/a2c.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lerl/agents/a2c_agent.h"
#include "lerl/testing/small_agents.h"
#include "lerl/testing/update_stats.h"

namespace lerl {
namespace {

TEST(A2c, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  for (const char* kind : {"virtual_item", "items"}) {
    Bandit bandit;
    LearnerConfig learner = BanditLearner();
    learner.policy.kind = kind;
    A2cConfig config;
    config.common.minibatch = 64;
    config.common.learning_rate = 5e-3;
    const auto agent = MakeA2c(bandit.Context(), learner, config);
    for (uint64_t i = 0; i < 200; ++i) bandit.PlayAndLearn(*agent, i, true);
    EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.95) << kind;
  }
}

// An A2C agent that shows the gradient of its last update.
class OpenA2c : public A2cAgent {
 public:
  using A2cAgent::A2cAgent;
  torch::Tensor Gradient() const {
    std::vector<torch::Tensor> flat;
    for (const torch::Tensor& p : adam().parameters())
      if (p.grad().defined()) flat.push_back(p.grad().flatten());
    return torch::cat(flat);
  }
};

// The variance of the policy's gradient between iterations played at the same weights, summed over
// all parameters.
double GradientVariance(const Bandit& world, const TensorFile& weights, uint64_t seed) {
  constexpr uint64_t kIterations = 12;
  A2cConfig config;
  config.common.learning_rate = config.common.value_weight = 0;
  config.common.max_gradient = 1e6;
  config.standardise = false;
  Bandit bandit = world;
  OpenA2c agent("a2c", bandit.Context(seed), BanditLearner(), config);
  agent.Load(weights);
  std::vector<torch::Tensor> gradients;
  for (uint64_t i = 0; i < kIterations; ++i) {
    bandit.PlayAndLearn(agent, 1000 * seed + i, true);
    gradients.push_back(agent.Gradient());
  }
  return torch::stack(gradients).var(0).sum().item<double>();
}

// The critic's value is the baseline. It is compared with the same agent whose critic says 0
// everywhere, which has no baseline.
TEST(A2c, HasLessGradientVarianceThanWithoutABaseline) {
  double with = 0, without = 0;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    Bandit bandit;
    A2cConfig config;
    config.common.learning_rate = 5e-3;
    const auto agent = MakeA2c(bandit.Context(seed), BanditLearner(), config);
    for (uint64_t i = 0; i < 30; ++i) bandit.PlayAndLearn(*agent, 100 * seed + i, true);
    TensorFile weights;
    agent->Save(weights);
    with += GradientVariance(bandit, weights, seed);
    for (auto& [name, array] : weights.arrays)
      if (name.starts_with("agent.critic."))
        array = Array::Of(array.shape, std::vector<float>(array.Values<float>().size()).data());
    without += GradientVariance(bandit, weights, seed);
  }
  RecordProperty("with", std::to_string(with / 3));
  RecordProperty("without", std::to_string(without / 3));
  EXPECT_LT(with, 0.5 * without);
}

TEST(A2c, LearnsAsItsPublicCodeDoesWhenAsked) {
  double value_loss[3];
  for (int which = 0; which < 3; ++which) {
    Bandit bandit;
    A2cConfig config;
    config.published_critic = which == 1;
    config.published_bootstrap = which == 2;
    const auto agent = MakeA2c(bandit.Context(), BanditLearner(), config);
    TensorFile before, after;
    agent->Save(before);
    value_loss[which] = StatOf(bandit.LastStats(*agent, 1), "value_loss");
    agent->Save(after);
    bool learned = false;
    for (const auto& [name, array] : before.arrays)
      if (name.starts_with("agent.critic."))
        learned = learned || array.bytes != after.at(name).bytes;
    EXPECT_EQ(learned, which != 1);
  }
  EXPECT_EQ(value_loss[0], value_loss[1]);
  EXPECT_GT(std::abs(value_loss[0] - value_loss[2]), 1e-3);
}

}  // namespace
}  // namespace lerl
