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
  const PpoLoss loss = ComputePpoLoss(PpoLossTestTwoSteps(),
                                      {.clip = 0.2, .value_weight = 0.5, .entropy_weight = 0.1});
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
  ComputePpoLoss(input, {.clip = 0.2, .value_weight = 0.5}).total.backward();
  const torch::Tensor gradient = input.log_density.grad();
  EXPECT_EQ(gradient[0].item<float>(), 0);  // good action, ratio already above 1 + clip
  EXPECT_EQ(gradient[1].item<float>(), 0);  // bad action, ratio already below 1 - clip
  EXPECT_EQ(gradient[2].item<float>(), 0);
  EXPECT_EQ(input.value.grad()[2].item<float>(), 0);
}

// Four values that were 1, under a value clip of 0.5:
//   V     target   clipped V   (V - target)^2   (clipped V - target)^2
//   2     3        1.5         1                2.25                     came nearer: no gradient
//   2     0        1.5         4                2.25                     went away from its target
//   1.25  2        1.25        0.5625           0.5625                   moved by less than 0.5
//   0     0.4      0.5         0.16             0.01                     went past its target
// In the last three rows loss and gradient are those without a value clip.
TEST(PpoLoss, TakesTheLargerErrorOfTheValueAndTheClippedValue) {
  PpoLossInput input;
  input.log_density = input.old_log_density = input.advantage = torch::zeros({5});
  input.entropy = torch::zeros({5});
  input.value = torch::tensor({2.0f, 2.0f, 1.25f, 0.0f, 9.0f}).requires_grad_();
  input.old_value = torch::ones({5});
  input.target = torch::tensor({3.0f, 0.0f, 2.0f, 0.4f, 0.0f});
  input.valid = torch::tensor({1.0f, 1.0f, 1.0f, 1.0f, 0.0f});
  const PpoLoss loss = ComputePpoLoss(input, {.value_clip = 0.5, .value_weight = 2});
  EXPECT_NEAR(loss.value, (2.25 + 4 + 0.5625 + 0.16) / 4, 1e-6);
  loss.total.backward();
  // c_v times 2 (V - target) / 4; the last entry is padding.
  EXPECT_TRUE(torch::allclose(input.value.grad(), torch::tensor({0.0f, 2.0f, -0.75f, -0.4f, 0.0f})))
      << input.value.grad();
  input.value.mutable_grad().reset();
  EXPECT_NEAR(ComputePpoLoss(input, {.value_clip = 0}).value, (1 + 4 + 0.5625 + 0.16) / 4, 1e-6);
}

TEST(PpoLoss, PushesUpWhatWasBetterThanExpected) {
  PpoLossInput input = PpoLossTestTwoSteps();
  input.log_density = torch::zeros({3}).requires_grad_();
  ComputePpoLoss(input, {.clip = 0.2, .value_weight = 0.5}).total.backward();
  EXPECT_LT(input.log_density.grad()[0].item<float>(), 0);
  EXPECT_GT(input.log_density.grad()[1].item<float>(), 0);
}

TEST(PpoLoss, OfAPartStandardisesOverTheWholeMinibatchAndDividesByItsSteps) {
  PpoLossInput input = PpoLossTestTwoSteps();
  input.whole = {input.advantage, input.valid};
  input.valid = torch::tensor({1.0f, 0.0f, 0.0f});  // the first step alone is this rank's
  const PpoLoss loss = ComputePpoLoss(input, {.clip = 0.2});
  EXPECT_NEAR(loss.policy, -1.2 / 2, 1e-6);
  EXPECT_NEAR(loss.value, 1 / 2.0, 1e-6);
  EXPECT_NEAR(loss.entropy, 0.5 / 2, 1e-6);
  EXPECT_NEAR(loss.clipped, 1 / 2.0, 1e-6);
}

}  // namespace
}  // namespace lerl
