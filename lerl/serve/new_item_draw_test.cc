#include "lerl/serve/new_item_draw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace lerl {
namespace {

// Items 3 and 4 were added; 3 was never shown, 4 as often as leaves half of the optimism.
TEST(NewItemDraw, OptimismEndsAsAnItemIsShown) {
  const std::vector<float> scores = {9, 2, 4, 0, 0};
  const ShownCounts shown(3, {{"c", 0}, {"d", 20}});
  EXPECT_THAT(OptimisticScores(scores, std::vector{1, 2, 3, 4}, shown),
              testing::ElementsAre(9, 2, 4, 4, 2));
  EXPECT_THAT(OptimisticScores(scores, std::vector{0, 1}, shown),
              testing::ElementsAreArray(scores));
  EXPECT_THAT(OptimisticScores(scores, std::vector<int32_t>{}, shown),
              testing::ElementsAreArray(scores));
}

TEST(NewItemDraw, CountsWhatWasShown) {
  ShownCounts shown(3, {{"c", 5}, {"d", 0}});
  shown.Add(std::vector{0, 3, 2});
  shown.Add(std::vector{3, 4});
  EXPECT_EQ(shown.Of(3), 7);
  EXPECT_EQ(shown.Of(4), 1);
  EXPECT_EQ(shown.end(), 5);
  EXPECT_THAT(shown.TakeNew(),
              testing::UnorderedElementsAre(testing::Pair("c", 2), testing::Pair("d", 1)));
  EXPECT_THAT(shown.TakeNew(), testing::IsEmpty());
  EXPECT_EQ(shown.Of(3), 7);
}

// The mixture's probabilities of all ordered pairs add up to one, each is the weighted sum of the
// two draws', and slates that are drawn so come as often as they say, within five standard errors.
TEST(NewItemDraw, ProbabilitiesAreThoseOfTheMixture) {
  const std::vector<float> scores = {1, 0.2f, -1, 0.5f};
  const ShownCounts shown(3, {{"d", 2}});
  const std::vector<int32_t> all = {0, 1, 2, 3};
  const std::vector<float> raised = OptimisticScores(scores, all, shown);
  constexpr double kShare = 0.3, kTau = 0.7;
  constexpr int kDraws = 20'000;
  std::map<std::vector<int32_t>, int> counts;
  Rng rng(3, "draws");
  for (int n = 0; n < kDraws; ++n) {
    const bool optimistic = rng.Bernoulli(kShare);
    ++counts[DrawSlate(optimistic ? raised : scores, all, 2, kTau, rng).items];
  }
  double sum = 0;
  for (const int32_t a : all) {
    for (const int32_t b : all) {
      if (a == b) continue;
      const std::vector<int32_t> slate = {a, b};
      const DrawnSlate usual = ProbabilitiesOf(scores, all, slate, kTau);
      const DrawnSlate optimistic = ProbabilitiesOf(raised, all, slate, kTau);
      const DrawnSlate mixed = Mixed(usual, optimistic, kShare);
      const double p = std::exp(mixed.log_probability);
      EXPECT_NEAR(p,
                  (1 - kShare) * std::exp(usual.log_probability) +
                      kShare * std::exp(optimistic.log_probability),
                  1e-12);
      EXPECT_NEAR(mixed.probabilities[0],
                  (1 - kShare) * usual.probabilities[0] + kShare * optimistic.probabilities[0],
                  1e-12);
      EXPECT_NEAR(mixed.probabilities[0] * mixed.probabilities[1], p, 1e-12);
      EXPECT_NEAR(counts[slate], p * kDraws, 5 * std::sqrt(p * (1 - p) * kDraws));
      sum += p;
    }
  }
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(NewItemDraw, AMixtureOfOneDrawIsThatDraw) {
  const std::vector<float> scores = {1, 2, 3}, raised = {3, 2, 3};
  const std::vector<int32_t> all = {0, 1, 2}, slate = {2, 0};
  const DrawnSlate usual = ProbabilitiesOf(scores, all, slate, 0.01);
  const DrawnSlate optimistic = ProbabilitiesOf(raised, all, slate, 0.01);
  EXPECT_NEAR(Mixed(usual, optimistic, 0).log_probability, usual.log_probability, 1e-9);
  EXPECT_NEAR(Mixed(usual, optimistic, 1).log_probability, optimistic.log_probability, 1e-9);
  EXPECT_TRUE(std::isfinite(Mixed(usual, optimistic, 0.5).log_probabilities[1]));
}

}  // namespace
}  // namespace lerl
