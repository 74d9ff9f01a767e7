#include "lerl/agents/learning/item_values.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lerl {
namespace {

TEST(ItemValues, AreTheStatesValuePlusAProductOfVectorsPlusABias) {
  const torch::Tensor items = torch::tensor({{1.0f, 0.0f}, {0.0f, 2.0f}, {1.0f, 1.0f}});
  ItemValues values(items, 3, 4);
  const torch::NoGradGuard no_grad;
  for (torch::Tensor p : values->parameters()) p.zero_();
  // The last layer's biases are f = (3, 5) and v = 7 in every state.
  torch::Tensor out = values->named_parameters()["head.4.bias"];
  out.copy_(torch::tensor({3.0f, 5.0f, 7.0f}));
  torch::Tensor bias = values->named_parameters()["bias"];
  bias.copy_(torch::tensor({0.5f, 0.0f, -1.0f}));
  const torch::Tensor got = values->forward(torch::ones({2, 3}));
  EXPECT_TRUE(got.equal(torch::tensor({{10.5f, 17.0f, 14.0f}, {10.5f, 17.0f, 14.0f}})));
}

TEST(ItemValues, AreMinusInfinityOutsideTheMask) {
  const torch::Tensor values = torch::tensor({1.0f, 2.0f});
  const torch::Tensor masked = MaskValues(values, torch::tensor({true, false}));
  EXPECT_EQ(masked[0].item<float>(), 1.0f);
  EXPECT_TRUE(std::isinf(masked[1].item<float>()));
  EXPECT_TRUE(MaskValues(values, {}).equal(values));
}

TEST(ItemRewards, AddUpToTheStepsReward) {
  SessionBatch batch;
  batch.responses = torch::tensor({{{1.0f, 0.0f, 0.0f, 1.0f}}});
  batch.rewards = torch::tensor({{0.3f}});
  const torch::Tensor each = ItemRewards(batch);
  EXPECT_TRUE(torch::allclose(each, torch::tensor({{{0.8f, -0.2f, -0.2f, 0.8f}}})));
  EXPECT_NEAR(each.mean().item<float>(), 0.3f, 1e-6f);
}

}  // namespace
}  // namespace lerl
