#include "lerl/agents/learning/slate_loss.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/agents/learning/policy_head.h"

namespace lerl {
namespace {

const auto kAll = torch::ones({1, 3}, torch::kBool);

// Three items with scores 1, 0, -1: sd = sqrt(2 / 3), so that l = +-1.2247 / tau.
TEST(SlateLogits, AreScoresInUnitsOfTheirSpread) {
  const torch::Tensor l =
      SlateLogits(torch::tensor({{1.0f, 0.0f, -1.0f}}), kAll, torch::tensor({0.5f}));
  const double z = std::sqrt(1.5) / 0.5;
  EXPECT_NEAR(l[0][0].item<double>(), z, 1e-6);
  EXPECT_NEAR(l[0][1].item<double>(), 0, 1e-6);
  EXPECT_NEAR(l[0][2].item<double>(), -z, 1e-6);
}

TEST(SlateLogits, KnowNothingOutsideTheCandidates) {
  const torch::Tensor candidates = torch::tensor({{true, true, false}}, torch::kBool);
  const torch::Tensor l =
      SlateLogits(torch::tensor({{3.0f, 1.0f, 99.0f}}), candidates, torch::tensor({1.0f}));
  EXPECT_NEAR(l[0][0].item<double>(), 1, 1e-6);
  EXPECT_NEAR(l[0][1].item<double>(), -1, 1e-6);
  EXPECT_TRUE(std::isinf(l[0][2].item<double>()));
}

TEST(SlateLogits, OfScoresThatAreAlikeAreZeroWithAFiniteGradient) {
  torch::Tensor scores = torch::full({1, 3}, 2.0f);
  scores.set_requires_grad(true);
  const torch::Tensor l = SlateLogits(scores, kAll, torch::tensor({0.2f}));
  PlackettLuce(l, torch::tensor({{0, 1}}, torch::kInt64)).log_density.sum().backward();
  EXPECT_EQ(l.abs().sum().item<double>(), 0);
  EXPECT_TRUE(scores.grad().isfinite().all().item<bool>());
}

// p is uniform over three items and q has the weights 2, 1, 1, along the slate (0, 1):
//   draw 1   sum_i 1/3 log(1/3 / q_i),  q = (1/2, 1/4, 1/4)
//   draw 2   items 1 and 2 are left, of equal weight under both: nothing
TEST(SlateKl, AddsUpTheDrawsOfASlate) {
  const torch::Tensor p = torch::zeros({1, 3});
  const torch::Tensor q = torch::tensor({{std::log(2.0f), 0.0f, 0.0f}});
  const double first = (std::log(2.0 / 3) + 2 * std::log(4.0 / 3)) / 3;
  EXPECT_NEAR(SlateKl(p, q, torch::tensor({{0, 1}}, torch::kInt64)).item<double>(), first, 1e-6);
  // After item 1 the items 0 and 2 are left: 1/2 log(1/2 / (2/3)) + 1/2 log(1/2 / (1/3)) more.
  const double second = (std::log(3.0 / 4) + std::log(3.0 / 2)) / 2;
  EXPECT_NEAR(SlateKl(p, q, torch::tensor({{1, 0}}, torch::kInt64)).item<double>(), first + second,
              1e-6);
  EXPECT_NEAR(SlateKl(q, q, torch::tensor({{1, 0}}, torch::kInt64)).item<double>(), 0, 1e-6);
}

TEST(SlateKl, TakesSlatesOfAllCandidates) {
  const float none = -std::numeric_limits<float>::infinity();
  const torch::Tensor p = torch::tensor({{0.0f, 0.0f, none}});
  const torch::Tensor q = torch::tensor({{std::log(3.0f), 0.0f, none}});
  const double first = (std::log(2.0 / 3) + std::log(2.0)) / 2;  // 1/2 over 3/4, 1/2 over 1/4
  EXPECT_NEAR(SlateKl(p, q, torch::tensor({{0, 1}}, torch::kInt64)).item<double>(), first, 1e-6);
}

TEST(ItemLogProbabilities, AreTheTermsOfPlackettLuce) {
  const torch::Tensor l = torch::tensor({{0.5f, -1.0f, 2.0f, 0.0f}});
  const torch::Tensor slate = torch::tensor({{2, 0}}, torch::kInt64);
  const torch::Tensor terms = ItemLogProbabilities(l, slate);
  const double all = std::exp(0.5) + std::exp(-1.0) + std::exp(2.0) + 1;
  EXPECT_NEAR(terms[0][0].item<double>(), 2 - std::log(all), 1e-5);
  EXPECT_NEAR(terms[0][1].item<double>(), 0.5 - std::log(all - std::exp(2.0)), 1e-5);
  EXPECT_NEAR(terms.sum().item<double>(), PlackettLuce(l, slate).log_density.item<double>(), 1e-5);
}

}  // namespace
}  // namespace lerl
