#include "lerl/agents/learning/orthogonal.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

void ExpectScaledIdentity(const torch::Tensor& product, double scale) {
  const torch::Tensor identity = torch::eye(product.size(0)) * scale;
  EXPECT_TRUE(torch::allclose(product, identity, 1e-4, 1e-5)) << product;
}

TEST(OrthogonalWeight, HasOrthogonalRowsOrColumnsOfTheLengthOfItsGain) {
  Rng rng(1);
  const torch::Tensor wide = OrthogonalWeight(4, 9, 1.5, rng);
  EXPECT_EQ(wide.sizes(), (std::vector<int64_t>{4, 9}));
  ExpectScaledIdentity(wide.matmul(wide.t()), 2.25);
  const torch::Tensor tall = OrthogonalWeight(9, 4, 0.5, rng);
  EXPECT_EQ(tall.sizes(), (std::vector<int64_t>{9, 4}));
  ExpectScaledIdentity(tall.t().matmul(tall), 0.25);
  const torch::Tensor square = OrthogonalWeight(64, 64, 1, rng);
  ExpectScaledIdentity(square.matmul(square.t()), 1);
  ExpectScaledIdentity(square.t().matmul(square), 1);
}

TEST(InitialiseOrthogonal, GivesEachLayerItsGainAndTheContextNoWeight) {
  Mlp head(7, 5, 3);
  Rng rng(2);
  InitialiseOrthogonal(head, /*encoded_width=*/6, kActorGain, rng);
  const auto parameters = head->named_parameters();
  const torch::Tensor first = parameters["0.weight"], second = parameters["2.weight"],
                      last = parameters["4.weight"];
  ExpectScaledIdentity(first.matmul(first.t()), 2);
  EXPECT_EQ(first.select(1, 6).abs().sum().item<float>(), 0);
  ExpectScaledIdentity(second.matmul(second.t()), 2);
  ExpectScaledIdentity(last.matmul(last.t()) * 1e4, 1);
  for (const char* bias : {"0.bias", "2.bias", "4.bias"})
    EXPECT_EQ(parameters[bias].abs().sum().item<float>(), 0);
}

}  // namespace
}  // namespace lerl
