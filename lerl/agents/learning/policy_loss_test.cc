#include "lerl/agents/learning/policy_loss.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

PolicyLossInput PolicyLossTestTwoSteps() {
  return {.log_density = torch::tensor({-1.0f, -2.0f, 9.0f}),
          .advantage = torch::tensor({3.0f, 1.0f, 9.0f}),
          .value = torch::tensor({1.0f, 2.0f, 9.0f}),
          .target = torch::tensor({2.0f, 2.0f, 0.0f}),
          .entropy = torch::tensor({1.0f, 3.0f, 9.0f}),
          .valid = torch::tensor({1.0f, 1.0f, 0.0f})};
}

TEST(PolicyLoss, IsTheMeanOverValidStepsByHand) {
  const PolicyLoss loss = ComputePolicyLoss(
      PolicyLossTestTwoSteps(), {.standardise = false, .value_weight = 0.5, .entropy_weight = 0.1});
  EXPECT_DOUBLE_EQ(loss.policy, 2.5);  // -(3 * -1 + 1 * -2) / 2
  EXPECT_DOUBLE_EQ(loss.value, 0.5);
  EXPECT_DOUBLE_EQ(loss.entropy, 2);
  EXPECT_NEAR(loss.total.item<double>(), 2.5 + 0.25 - 0.2, 1e-6);
}

TEST(PolicyLoss, StandardisesOverValidStepsAlone) {
  const torch::Tensor x =
      Standardise(torch::tensor({3.0f, 1.0f, 9.0f}), PolicyLossTestTwoSteps().valid);
  EXPECT_NEAR(x[0].item<float>(), 1, 1e-5);
  EXPECT_NEAR(x[1].item<float>(), -1, 1e-5);
  // -(1 * -1 + -1 * -2) / 2
  EXPECT_NEAR(ComputePolicyLoss(PolicyLossTestTwoSteps(), {}).policy, -0.5, 1e-5);
}

// Two ranks have a step each of a minibatch of two: what they give adds up to the whole loss.
TEST(PolicyLoss, OfTheRanksAddsUpToThatOfTheWholeMinibatch) {
  const PolicyLossInput all = PolicyLossTestTwoSteps();
  const PolicyLossConfig config{.value_weight = 0.5, .entropy_weight = 0.1};
  const PolicyLoss whole = ComputePolicyLoss(all, config);
  PolicyLoss sum;
  double total = 0;
  for (int64_t n = 0; n < 2; ++n) {
    const auto step = [n](const torch::Tensor& x) { return x.narrow(0, n, 1); };
    const PolicyLoss part = ComputePolicyLoss({.log_density = step(all.log_density),
                                               .advantage = step(all.advantage),
                                               .value = step(all.value),
                                               .target = step(all.target),
                                               .entropy = step(all.entropy),
                                               .valid = step(all.valid),
                                               .whole = {all.advantage, all.valid}},
                                              config);
    total += part.total.item<double>();
    sum.policy += part.policy, sum.value += part.value, sum.entropy += part.entropy;
  }
  EXPECT_NEAR(total, whole.total.item<double>(), 1e-6);
  EXPECT_NEAR(sum.policy, whole.policy, 1e-6);
  EXPECT_NEAR(sum.value, whole.value, 1e-6);
  EXPECT_NEAR(sum.entropy, whole.entropy, 1e-6);
}

}  // namespace
}  // namespace lerl
