#include "lerl/nn/mean_over.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

const torch::Tensor kValid = torch::tensor({{1.0F, 1.0F}, {1.0F, 0.0F}});

TEST(MeanOver, LeavesOutWhatIsNotValid) {
  const torch::Tensor x = torch::tensor({1.0F, 2.0F, 9.0F});
  EXPECT_EQ(MeanOver(x, torch::tensor({1.0F, 1.0F, 0.0F})).item<float>(), 1.5F);
  EXPECT_EQ(MeanOver(x, torch::zeros({3})).item<float>(), 0.0F);
}

TEST(MeanOver, HasItsGradientByHand) {
  torch::Tensor x = torch::tensor({{3.0F, -1.0F}, {4.0F, 8.0F}}).requires_grad_();
  (6 * MeanOver(x, kValid)).backward();
  EXPECT_TRUE(torch::allclose(x.grad(), torch::tensor({{2.0F, 2.0F}, {2.0F, 0.0F}})));
}

TEST(SquaredErrorOver, HasItsValueAndGradientByHand) {
  torch::Tensor x = torch::tensor({{3.0F, -1.0F}, {4.0F, 8.0F}}).requires_grad_();
  const torch::Tensor y = torch::tensor({{1.0F, -1.0F}, {7.0F, 0.0F}});
  const torch::Tensor loss = SquaredErrorOver(x, y, kValid);
  EXPECT_FLOAT_EQ(loss.item<float>(), (4 + 0 + 9) / 3.0F);
  loss.backward();
  EXPECT_TRUE(torch::allclose(x.grad(), torch::tensor({{4 / 3.0F, 0.0F}, {-2.0F, 0.0F}})));
}

TEST(SquaredErrorOver, ReachesWhatIsBehindAView) {
  torch::Tensor x = torch::tensor({{3.0F, 4.0F}, {-1.0F, 8.0F}}).requires_grad_();
  SquaredErrorOver(x.t(), torch::zeros({2, 2}), kValid).backward();
  EXPECT_TRUE(torch::allclose(x.grad(), torch::tensor({{2.0F, 8 / 3.0F}, {-2 / 3.0F, 0.0F}})));
}

}  // namespace
}  // namespace lerl
