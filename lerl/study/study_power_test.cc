#include "lerl/study/study_power.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

// Users' means 1.5 and 5.5, seeds' means 2 and 5, residuals +-1: MS_u = 16, MS_s = 9, MS_e = 4.
CrossedTable FourCells() {
  return {.seeds = 2, .users = 2, .of_sessions = true, .estimate = 3.5, .cells = {1, 3, 2, 8}};
}

TEST(CrossedComponents, FollowFromMeanSquares) {
  const CrossedComponents components = ComponentsOf(FourCells());
  EXPECT_EQ(components.users, 2);
  EXPECT_DOUBLE_EQ(components.of_users, 6);
  EXPECT_DOUBLE_EQ(components.of_seeds, 2.5);
  EXPECT_DOUBLE_EQ(components.rest, 4);
}

TEST(CrossedComponents, GiveTheSpreadOfOtherNumbersOfSeeds) {
  const CrossedComponents components = ComponentsOf(FourCells());
  const CrossedSpread same = SpreadWithSeeds(components, 2), seen = SpreadOf(FourCells());
  EXPECT_DOUBLE_EQ(same.by_users, seen.by_users);
  EXPECT_DOUBLE_EQ(same.by_seeds, seen.by_seeds);
  const CrossedSpread four = SpreadWithSeeds(components, 4);
  EXPECT_DOUBLE_EQ(four.by_users, (6 + 4.0 / 4) / 2);
  EXPECT_DOUBLE_EQ(four.by_seeds, (2.5 + 4.0 / 2) / 4);
}

TEST(SmallestShown, IsTheHalfWidthsOfTestAndPower) {
  const CrossedSpread spread{.seeds = 5, .by_users = 1, .by_seeds = 0};
  // Quantiles of the normal distribution: .975, .95, .8 and .9.
  EXPECT_NEAR(SmallestShown(spread, "better", 0.05), 1.959964 + 0.841621, 1e-5);
  EXPECT_NEAR(SmallestShown(spread, "no worse", 0.05), 1.644854 + 0.841621, 1e-5);
  EXPECT_NEAR(SmallestShown(spread, "same", 0.05), 1.644854 + 1.281552, 1e-5);
}

TEST(SeedsNeeded, IsTheFirstNumberThatSuffices) {
  const CrossedComponents components{.users = 100, .of_users = 0, .of_seeds = 1, .rest = 0};
  const auto needed = SeedsNeeded(components, "better", 0.05, 1);
  ASSERT_TRUE(needed);
  EXPECT_LE(SmallestShown(SpreadWithSeeds(components, *needed), "better", 0.05), 1);
  EXPECT_GT(SmallestShown(SpreadWithSeeds(components, *needed - 1), "better", 0.05), 1);
  // A t-test of one sample at d = 1: 10 in tables of power, which use the noncentral t.
  EXPECT_NEAR(static_cast<double>(*needed), 10, 1);
}

TEST(SeedsNeeded, AreNotEnoughWhereUsersAreTooFew) {
  EXPECT_FALSE(
      SeedsNeeded({.users = 2, .of_users = 6, .of_seeds = 0, .rest = 0}, "better", 0.05, 1));
}

}  // namespace
}  // namespace lerl
