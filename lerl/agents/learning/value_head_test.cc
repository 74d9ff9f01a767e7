#include "lerl/agents/learning/value_head.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(ValueHead, SaysWhatItsNetworkSaysWhereReturnsAreNotNormalised) {
  ValueHead head(3, 4, /*rate=*/0);
  const torch::Tensor s = torch::rand({5, 2, 3});
  const torch::Tensor before = head.mlp()->forward(s).squeeze(-1);
  head.Follow(torch::full({5, 2}, 7.0F), torch::ones({5, 2}));
  EXPECT_TRUE(torch::equal(head.Values(s), before));
  EXPECT_EQ(head.error_weight(), 1);
}

// Returns 1, 3 (and one of no step): m = 2, q = 5, d = 1. Then 8, 8: m = 2 + .5 (8 - 2) = 5,
// q = 5 + .5 (64 - 5) = 34.5, d^2 = 34.5 - 25 = 9.5.
TEST(ValueHead, FollowsMeanAndSpreadOfReturns) {
  ValueHead head(3, 4, /*rate=*/0.5);
  head.Follow(torch::tensor({{1.0F, 3.0F, 100.0F}}), torch::tensor({{1.0F, 1.0F, 0.0F}}));
  EXPECT_NEAR(head.error_weight(), 1, 1e-12);
  head.Follow(torch::tensor({{8.0F, 8.0F}}), torch::ones({1, 2}));
  EXPECT_NEAR(head.error_weight(), 1 / 9.5, 1e-12);
}

TEST(ValueHead, KeepsItsValuesWhenTheSpreadMoves) {
  ValueHead head(3, 4, /*rate=*/0.5);
  const torch::Tensor s = torch::rand({6, 3});
  for (const float scale : {1.0F, 40.0F, 0.01F}) {
    const torch::Tensor before = head.Values(s).detach().clone();
    head.Follow(torch::rand({6, 4}) * scale + 3, torch::ones({6, 4}));
    EXPECT_TRUE(torch::allclose(head.Values(s), before, 1e-4, 1e-4 * scale));
  }
}

TEST(ValueHead, ComesBackWithItsMeanAndSpread) {
  ValueHead head(3, 4, /*rate=*/0.1), other(3, 4, /*rate=*/0.1);
  head.Follow(torch::tensor({{1.0F, 5.0F}}), torch::ones({1, 2}));
  Arrays arrays;
  head.Save("returns", arrays);
  other.Load("returns", arrays);
  EXPECT_EQ(other.error_weight(), head.error_weight());
  // What follows is no first iteration.
  for (ValueHead* each : {&head, &other})
    each->Follow(torch::tensor({{9.0F, 9.0F}}), torch::ones({1, 2}));
  EXPECT_EQ(other.error_weight(), head.error_weight());
}

// With rewards a hundred times as large the network's gradient is the same.
TEST(ValueHead, LearnsTheSameFromRewardsOfAnyScale) {
  std::vector<torch::Tensor> slopes;
  const torch::Tensor s = torch::rand({8, 3});
  for (const float scale : {1.0F, 100.0F}) {
    torch::manual_seed(3);
    ValueHead head(3, 4, /*rate=*/0.1);
    const torch::Tensor returns = torch::arange(8).to(torch::kFloat).unsqueeze(1) * scale;
    head.Follow(returns, torch::ones({8, 1}));
    // What the head said before has another size beside returns of another scale.
    head.mlp()->ChangeOutput(0, 0);
    const torch::Tensor error = (head.Values(s) - returns.squeeze(1)).square().mean();
    (error * head.error_weight()).backward();
    slopes.push_back(head.mlp()->parameters().back().grad().clone());
  }
  EXPECT_TRUE(torch::allclose(slopes[0], slopes[1], 1e-3, 1e-4));
}

}  // namespace
}  // namespace lerl
