#include "lerl/eval/sim_audit/user_bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace lerl {
namespace {

double MeanOf(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST(UserBootstrap, OfUsersWhoAreAllAlikeHasNoWidth) {
  const Interval interval = BootstrapUsers(5, [](std::span<const int64_t>) { return 0.3; });
  EXPECT_DOUBLE_EQ(interval.mean, 0.3);
  EXPECT_DOUBLE_EQ(interval.low, 0.3);
  EXPECT_DOUBLE_EQ(interval.high, 0.3);
}

// The mean of 100 users, half of them 0 and half 1, has a standard error of .05.
TEST(UserBootstrap, OfAMeanIsTwoStandardErrorsWide) {
  const Interval interval = BootstrapUsers(
      100,
      [](std::span<const int64_t> users) {
        double ones = 0;
        for (const int64_t user : users) ones += user % 2 == 0;
        return ones / 100;
      },
      2000);
  EXPECT_DOUBLE_EQ(interval.mean, 0.5);
  EXPECT_NEAR(interval.low, 0.5 - 1.96 * 0.05, 0.015);
  EXPECT_NEAR(interval.high, 0.5 + 1.96 * 0.05, 0.015);
}

TEST(UserBootstrap, OfOneUserKnowsNothing) {
  const Interval interval = BootstrapUsers(1, [](std::span<const int64_t>) { return 1.0; });
  EXPECT_TRUE(std::isinf(interval.low) && std::isinf(interval.high));
}

TEST(UserBootstrap, OfADistanceTakesAllValuesOfADrawnUser) {
  // Both values of a user sum to 1, so every resample of either group has a mean of .5.
  const ValuesByUser a = {{0.2, 0.8}, {0.4, 0.6}, {0, 1}}, b = {{1}, {1}};
  const Interval interval =
      BootstrapDistance(a, b, [](const auto& x, const auto& y) { return MeanOf(y) - MeanOf(x); });
  EXPECT_NEAR(interval.low, 0.5, 1e-12);
  EXPECT_NEAR(interval.high, 0.5, 1e-12);
}

TEST(UserBootstrap, LeavesOutResamplesThatHaveNoFigure) {
  const Interval none = BootstrapUsers(3, [](std::span<const int64_t>) { return std::nan(""); });
  EXPECT_TRUE(std::isnan(none.mean));
  EXPECT_TRUE(std::isnan(none.low));
}

}  // namespace
}  // namespace lerl
