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

}  // namespace
}  // namespace lerl
