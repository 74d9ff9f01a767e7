#include "lerl/eval/off_policy/ratio_sum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/rng.h"
#include "lerl/testing/stored_estimates.h"

namespace lerl {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

// Two units and two parts: 3 / 2 + 5 / 4; with the second unit twice (1 + 4) / 3 + (2 + 6) / 7.
RatioSum ByHand() {
  RatioSum sum(2, 2);
  sum.Add(0, 0, 1, 1);
  sum.Add(1, 0, 2, 1);
  sum.Add(0, 1, 2, 1);
  sum.Add(1, 1, 3, 3);
  return sum;
}

TEST(RatioSum, AddsItsRatios) {
  EXPECT_NEAR(Estimate(ByHand()), 1.5 + 1.25, 1e-12);
  EXPECT_NEAR(Estimate(ByHand(), std::vector<double>{1, 2}), 5 / 3.0 + 8 / 7.0, 1e-12);
}

TEST(RatioSum, APartWithoutWeightAddsNothing) {
  RatioSum sum(1, 2);
  sum.Add(0, 0, 3, 2);
  EXPECT_NEAR(Estimate(sum), 1.5, 1e-12);
}

TEST(RatioSum, UnitsAddToTheMeanByTheirShare) {
  RatioSum sum(2, 1);  // three decisions of one user and one of the other
  sum.Add(0, 0, 6, 3);
  sum.Add(1, 0, 2, 1);
  EXPECT_THAT(UnitValues(sum), ElementsAre(3, 1));
  EXPECT_NEAR(Estimate(sum), 2, 1e-12);
}

// Four values 0, 0, 1, 1 in [0, 2]. (2): 2 sqrt(ln 40 / 8); (3): V = 1/3.
TEST(RatioSum, BoundsAreTheirFormulas) {
  const std::vector<double> values = {0, 0, 1, 1};
  const Interval hoeffding = HoeffdingInterval(values, 0, 2);
  EXPECT_NEAR(hoeffding.mean, 0.5, 1e-12);
  EXPECT_NEAR(hoeffding.high - 0.5, 2 * std::sqrt(std::log(40.0) / 8), 1e-12);
  EXPECT_NEAR(0.5 - hoeffding.low, hoeffding.high - 0.5, 1e-12);
  const Interval bernstein = EmpiricalBernsteinInterval(values, 0, 2);
  const double log = std::log(80.0);
  EXPECT_NEAR(bernstein.high - 0.5, std::sqrt(2 * log / 3 / 4) + 7 * 2 * log / 9, 1e-12);
}

TEST(RatioSum, ResamplesArePairedAndRepeat) {
  const RatioSum sum = ByHand();
  const EstimateOfCounts first = [&](std::span<const double> counts) {
    return Estimate(sum, counts);
  };
  const EstimateOfCounts shifted = [&](std::span<const double> counts) {
    return Estimate(sum, counts) + 1;
  };
  const auto drawn = Resample({first, shifted}, 2, 50);
  ASSERT_EQ(drawn[0].size(), 50u);
  for (size_t b = 0; b < 50; ++b) EXPECT_NEAR(drawn[1][b] - drawn[0][b], 1, 1e-12);
  EXPECT_THAT(Resample({first}, 2, 50)[0], Pointwise(DoubleNear(0), drawn[0]));
}

// Of the values 1 to 39, .025 * 40 and .975 * 40: the smallest and the largest.
TEST(RatioSum, PercentilesOfFewResamplesAreWideEnough) {
  std::vector<double> values(39);
  for (size_t i = 0; i < values.size(); ++i) values[i] = 39 - static_cast<double>(i);
  const Interval interval = PercentileInterval(20, values);
  EXPECT_NEAR(interval.low, 1, 1e-9);
  EXPECT_NEAR(interval.high, 39, 1e-9);
  EXPECT_EQ(interval.mean, 20);
}

// The mean of 200 values of variance 1/12: the bootstrap's half width is about 1.96 sqrt(1/2400).
TEST(RatioSum, TheBootstrapIsAsWideAsTheNormalInterval) {
  RatioSum sum(200, 1);
  Rng rng(3, "values");
  for (int unit = 0; unit < 200; ++unit) sum.Add(unit, 0, rng.Uniform(), 1);
  const auto drawn =
      Resample({[&](std::span<const double> counts) { return Estimate(sum, counts); }}, 200, 2000);
  const Interval interval = PercentileInterval(Estimate(sum), drawn[0]);
  EXPECT_NEAR((interval.high - interval.low) / 2, 1.96 * std::sqrt(1 / 2400.0), 0.004);
}

TEST(RatioSum, EmpiricalBernsteinAgreesWithScopeRl) {
  const nlohmann::json stored = StoredEstimates("bounds");
  const std::vector<double> values = stored["values"];
  const Interval ours = EmpiricalBernsteinInterval(values, 0, stored["high"]);
  EXPECT_NEAR(ours.mean, stored["mean"], 1e-9);
  EXPECT_NEAR(ours.low, stored["bernstein_low"], 1e-9);
  EXPECT_NEAR(ours.high, stored["bernstein_high"], 1e-9);
}

}  // namespace
}  // namespace lerl
