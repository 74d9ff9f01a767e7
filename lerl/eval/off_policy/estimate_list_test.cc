#include "lerl/eval/off_policy/estimate_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/rng.h"

namespace lerl {
namespace {

TEST(TermBounds, HoldWhateverWasLogged) {
  EXPECT_EQ(BoundsOfWeighted(3, {-1, 2}).low, -3);
  EXPECT_EQ(BoundsOfWeighted(3, {-1, 2}).high, 6);
  // A model between 0 and 1 and rewards of 0 or 1: residuals between -1 and 1.
  EXPECT_EQ(BoundsOfCorrected(4, {0, 1}, {0, 1}).low, -4);
  EXPECT_EQ(BoundsOfCorrected(4, {0, 1}, {0, 1}).high, 5);
  // Two steps, gamma .5: 2 + .5 * 4 by step, and 4 (1 + .5) of the whole.
  EXPECT_EQ(BoundsOfSession(2, {0, 1}, 2, .5, false).high, 4);
  EXPECT_EQ(BoundsOfSession(2, {0, 1}, 2, .5, true).high, 6);
}

TEST(EstimateList, GivesWhatIsNotRefused) {
  EstimateList list(2);
  RatioSum sum(2, 1);
  sum.Add(0, 0, 6, 3);
  sum.Add(1, 0, 2, 1);
  list.Add("mean", sum, "", TermBounds{0, 2});
  list.Add("refused", sum, "no support");
  list.AddFitted(
      "fitted", [](std::span<const double> counts) { return counts.empty() ? 7 : counts[0]; }, "");
  list.Add("of one reward", sum, "", TermBounds{0, 0});
  const std::vector<LogEstimate> made = list.Finish(100, 50);
  ASSERT_EQ(made.size(), 4u);
  EXPECT_FALSE(made[3].hoeffding.has_value());
  EXPECT_NEAR(made[0].bootstrap.value_or(Interval{}).mean, 2, 1e-12);
  // The larger unit has three of four terms: it adds at most 2 * 3 * 2 / 4 to the mean.
  const Interval hoeffding = made[0].hoeffding.value_or(Interval{});
  EXPECT_NEAR(hoeffding.high, HoeffdingInterval(UnitValues(sum), 0, 3).high, 1e-12);
  EXPECT_EQ(made[1].refusal, "no support");
  EXPECT_FALSE(made[1].bootstrap.has_value());
  EXPECT_EQ(made[2].bootstrap.value_or(Interval{}).mean, 7);
  EXPECT_EQ(made[2].resampled.size(), 50u);
}

// Drawing 40,000 units one by one and in groups gives the same width, up to the draws.
TEST(EstimateList, ManyUnitsAreDrawnInGroups) {
  EstimateList list(2 * kMostResampledUnits);
  RatioSum sum(2 * kMostResampledUnits, 1);
  Rng rng(2, "units");
  for (int64_t unit = 0; unit < sum.units(); ++unit)
    sum.Add(unit, 0, rng.Bernoulli(1 / 3.0) ? 1 : 0, 1);
  list.Add("share", sum, "");
  const Interval interval = list.Finish(300, 1)[0].bootstrap.value_or(Interval{});
  EXPECT_NEAR(interval.mean, 1 / 3.0, .01);
  EXPECT_NEAR(interval.high - interval.low, 2 * 1.96 * std::sqrt(2 / 9.0 / 40000), .002);
}

}  // namespace
}  // namespace lerl
