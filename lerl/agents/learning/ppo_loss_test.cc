#include "lerl/agents/learning/ppo_loss.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lerl {
namespace {

PpoLossInput PpoLossTestTwoSteps() {
  PpoLossInput input;
  // Ratios 1.5 and 0.5; advantages 3 and 1 standardise to 1 and -1; the third entry is padding.
  input.log_density = torch::tensor({std::log(1.5f), std::log(0.5f), 99.0f}).requires_grad_();
  input.old_log_density = torch::tensor({0.0f, 0.0f, 0.0f});
  input.advantage = torch::tensor({3.0f, 1.0f, 50.0f});
  input.value = torch::tensor({1.0f, 2.0f, 7.0f}).requires_grad_();
  input.target = torch::tensor({2.0f, 4.0f, 0.0f});
  input.entropy = torch::tensor({0.5f, 1.5f, 9.0f});
  input.valid = torch::tensor({1.0f, 1.0f, 0.0f});
  return input;
}

TEST(PpoLoss, AgreesWithAHandComputedExample) {
  const PpoLoss loss = ComputePpoLoss(PpoLossTestTwoSteps(), 0.2, 0.5, 0.1);
  // min(1.5, 1.2) * 1 = 1.2 and min(-0.5, -0.8) = -0.8: policy loss -(1.2 - 0.8) / 2 = -0.2.
  EXPECT_NEAR(loss.policy, -0.2, 1e-6);
  EXPECT_NEAR(loss.value, (1 + 4) / 2.0, 1e-6);
  EXPECT_NEAR(loss.entropy, 1.0, 1e-6);
  EXPECT_NEAR(loss.total.item<double>(), -0.2 + 0.5 * 2.5 - 0.1, 1e-5);
  EXPECT_NEAR(loss.clipped, 1.0, 1e-6);
  EXPECT_NEAR(loss.kl, ((0.5 - std::log(1.5)) + (-0.5 - std::log(0.5))) / 2, 1e-6);
}

TEST(PpoLoss, HasNoGradientWhereTheRatioIsClippedOrTheStepIsPadding) {
  const PpoLossInput input = PpoLossTestTwoSteps();
  ComputePpoLoss(input, 0.2, 0.5, 0).total.backward();
  const torch::Tensor gradient = input.log_density.grad();
  EXPECT_EQ(gradient[0].item<float>(), 0);  // good action, ratio already above 1 + clip
  EXPECT_EQ(gradient[1].item<float>(), 0);  // bad action, ratio already below 1 - clip
  EXPECT_EQ(gradient[2].item<float>(), 0);
  EXPECT_EQ(input.value.grad()[2].item<float>(), 0);
}

TEST(PpoLoss, PushesUpWhatWasBetterThanExpected) {
  PpoLossInput input = PpoLossTestTwoSteps();
  input.log_density = torch::zeros({3}).requires_grad_();
  ComputePpoLoss(input, 0.2, 0.5, 0).total.backward();
  EXPECT_LT(input.log_density.grad()[0].item<float>(), 0);
  EXPECT_GT(input.log_density.grad()[1].item<float>(), 0);
}

}  // namespace
}  // namespace lerl
