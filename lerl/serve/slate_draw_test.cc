#include "lerl/serve/slate_draw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

// Scores 1, 3 of two candidates: mean 2, sd 1, so z is -1 and 1. At tau 1 the weights are 1/e and
// e: P(second first) = e / (e + 1/e) = .880797.
TEST(SlateDraw, ProbabilitiesAreThoseOfPlackettAndLuce) {
  const std::vector<float> scores = {1, 7, 3};
  const DrawnSlate slate = ProbabilitiesOf(scores, std::vector{0, 2}, std::vector{2, 0}, 1.0);
  EXPECT_NEAR(slate.probabilities[0], 0.880797, 1e-6);
  EXPECT_NEAR(slate.probabilities[1], 1, 1e-12);
  EXPECT_NEAR(slate.log_probability, std::log(0.880797), 1e-6);
}

// Three candidates of equal scores: every order of two has 1/3 * 1/2.
TEST(SlateDraw, EqualScoresAreAUniformDraw) {
  const std::vector<float> scores = {5, 5, 5};
  const DrawnSlate slate = ProbabilitiesOf(scores, std::vector{0, 1, 2}, std::vector{1, 0}, 0.1);
  EXPECT_NEAR(slate.probabilities[0], 1.0 / 3, 1e-12);
  EXPECT_NEAR(slate.probabilities[1], 0.5, 1e-12);
}

// All ordered pairs of four items, drawn often: each as often as its probability says, within five
// standard errors; and the probabilities of all pairs add up to one.
TEST(SlateDraw, SlatesComeAsOftenAsTheirProbabilitySays) {
  const std::vector<float> scores = {0.2f, -1, 3, 1.5f};
  const std::vector<int32_t> all = {0, 1, 2, 3};
  constexpr int kDraws = 40'000;
  std::map<std::vector<int32_t>, int> counts;
  Rng rng(7, "draws");
  for (int n = 0; n < kDraws; ++n) ++counts[DrawSlate(scores, all, 2, 0.8, rng).items];
  double sum = 0;
  for (const int32_t a : all) {
    for (const int32_t b : all) {
      if (a == b) continue;
      const double p =
          std::exp(ProbabilitiesOf(scores, all, std::vector{a, b}, 0.8).log_probability);
      sum += p;
      EXPECT_NEAR(counts[std::vector({a, b})], p * kDraws, 5 * std::sqrt(p * (1 - p) * kDraws));
    }
  }
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(SlateDraw, SaysOfItsSlateWhatProbabilitiesOfSays) {
  std::vector<float> scores(50);
  for (size_t i = 0; i < scores.size(); ++i) scores[i] = static_cast<float>(i * i % 17);
  std::vector<int32_t> candidates = {3, 4, 9, 11, 20, 21, 22, 49};
  Rng rng(1, "draws");
  const DrawnSlate drawn = DrawSlate(scores, candidates, 5, 0.3, rng);
  const DrawnSlate told = ProbabilitiesOf(scores, candidates, drawn.items, 0.3);
  EXPECT_EQ(drawn.probabilities, told.probabilities);
  EXPECT_EQ(drawn.log_probability, told.log_probability);
}

// Scores and temperature so far apart that exp underflows: no probability is lost or not a number.
TEST(SlateDraw, HoldsWhereWeightsAreTooSmallForADouble) {
  std::vector<float> scores(1000, 0);
  scores[17] = 1;
  std::vector<int32_t> all(1000);
  std::iota(all.begin(), all.end(), 0);
  Rng rng(3, "draws");
  const DrawnSlate slate = DrawSlate(scores, all, 3, 0.01, rng);
  EXPECT_EQ(slate.items[0], 17);
  EXPECT_NEAR(slate.probabilities[0], 1, 1e-12);
  EXPECT_NEAR(slate.probabilities[1], 1.0 / 999, 1e-9);
  EXPECT_NEAR(slate.probabilities[2], 1.0 / 998, 1e-9);
  const DrawnSlate rare = ProbabilitiesOf(scores, all, std::vector{1, 17}, 0.01);
  EXPECT_TRUE(std::isfinite(rare.log_probability));
  EXPECT_LT(rare.log_probability, -3000);  // z of item 17 is 31.6, over .01
  EXPECT_EQ(rare.probabilities[0], 0);
  EXPECT_NEAR(rare.log_probabilities[0] + rare.log_probabilities[1], rare.log_probability, 1e-9);
}

TEST(SlateDraw, TheSameStreamDrawsTheSameSlate) {
  const std::vector<float> scores = {4, 1, 2, 2};
  const std::vector<int32_t> all = {0, 1, 2, 3};
  Rng one(5, "slate", 2), two(5, "slate", 2);
  EXPECT_EQ(DrawSlate(scores, all, 3, 1, one).items, DrawSlate(scores, all, 3, 1, two).items);
}

TEST(SlateDraw, RefusesTooFewCandidatesAndTemperaturesThatAreNotAbove0) {
  const std::vector<float> scores = {1, 2};
  Rng rng(1);
  EXPECT_THROW(DrawSlate(scores, std::vector{0}, 2, 1, rng), CheckFailure);
  EXPECT_THROW(DrawSlate(scores, std::vector{0, 1}, 2, 0, rng), CheckFailure);
}

}  // namespace
}  // namespace lerl
