#include "lerl/eval/statistics.h"

#include <gmock/gmock.h>

#include <cmath>

#include "lerl/base/error.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

SessionValues Means(std::vector<double> values) { return {.numerator = std::move(values)}; }

TEST(StudentQuantile, AgreesWithPublishedTables) {
  EXPECT_NEAR(StudentQuantile(0.95, 1), 12.7062, 5e-5);
  EXPECT_NEAR(StudentQuantile(0.95, 2), 4.30265, 5e-6);
  EXPECT_NEAR(StudentQuantile(0.95, 4), 2.77645, 5e-6);
  EXPECT_NEAR(StudentQuantile(0.95, 9), 2.26216, 5e-6);
  EXPECT_NEAR(StudentQuantile(0.95, 1000), 1.96234, 5e-6);
}

TEST(CrossedInterval, AgreesWithAHandComputedTable) {
  // User means 2, 4, 6 (variance 4); seed means 3, 5 (variance 2).
  const CrossedTable table = MakeCrossedTable({Means({1, 3, 5}), Means({3, 5, 7})});
  const Interval interval = CrossedInterval(table);
  const double half = std::sqrt(1.96 * 1.96 * 4 / 3 + 12.706204736 * 12.706204736 * 2 / 2);
  EXPECT_DOUBLE_EQ(interval.mean, 4);
  EXPECT_NEAR(interval.high - interval.mean, half, 1e-7);
  EXPECT_NEAR(interval.mean - interval.low, half, 1e-7);
}

TEST(CrossedInterval, OfOneSeedIsOverUsersAndSaysSo) {
  const Interval interval = CrossedInterval(MakeCrossedTable({Means({1, 3, 5})}));
  EXPECT_NEAR(interval.high - 3, 1.96 * std::sqrt(4.0 / 3), 1e-12);
  EXPECT_EQ(IntervalMethod(1), "users only (one seed)");
  EXPECT_EQ(IntervalMethod(3), "crossed");
}

TEST(CrossedInterval, RefusesASingleUser) {
  EXPECT_THROW(CrossedInterval(MakeCrossedTable({Means({1}), Means({2})})), Error);
}

TEST(CrossedTable, LinearisesARatioAroundTheRatioOfSums) {
  const CrossedTable table =
      MakeCrossedTable({{.numerator = {1, 6}, .denominator = {2, 4}, .members = {}}});
  EXPECT_DOUBLE_EQ(table.estimate, 7.0 / 6);  // not the mean of .5 and 1.5
  EXPECT_DOUBLE_EQ(table.cells[0], 7.0 / 6 + (1 - 7.0 / 6 * 2) / 3);
  EXPECT_DOUBLE_EQ((table.cells[0] + table.cells[1]) / 2, table.estimate);
}

TEST(CrossedTable, AveragesTheUnionsOfTheSeeds) {
  const auto covered = [](std::span<const int64_t> by_count) {
    return 1 - static_cast<double>(by_count[0]) / 4;
  };
  const SessionValues first{.members = {{0, 1}, {1}}, .universe = 4, .pool = covered};
  const SessionValues second{.members = {{0, 1, 2}, {3}}, .universe = 4, .pool = covered};
  const CrossedTable table = MakeCrossedTable({first, second});
  EXPECT_DOUBLE_EQ(table.estimate, 0.75);
  // First seed: user 0 alone covers item 0, user 1 nothing: .5 +- 1 x .125.
  EXPECT_DOUBLE_EQ(table.cells[0], 0.625);
  EXPECT_DOUBLE_EQ(table.cells[1], 0.375);
}

TEST(ComparePaired, FindsASmallDifferenceThatUnpairedIntervalsHide) {
  const CrossedTable low = MakeCrossedTable({Means({1, 9, 20}), Means({2, 11, 19})});
  const CrossedTable high = MakeCrossedTable({Means({2, 10.01, 21}), Means({3, 12, 20.01})});
  const PairedComparison up = ComparePaired(high, low, true);
  EXPECT_NEAR(up.difference.mean, 1.00333, 1e-5);
  EXPECT_TRUE(up.better && up.non_inferior && !up.worse);
  const PairedComparison down = ComparePaired(low, high, true);
  EXPECT_TRUE(down.worse && !down.better && !down.non_inferior);
  EXPECT_TRUE(ComparePaired(low, high, false).better);
}

TEST(ComparePaired, IsNonInferiorWithinTwoPercentOfTheReference) {
  const CrossedTable reference = MakeCrossedTable({Means({10, 10}), Means({10, 10})});
  const CrossedTable near = MakeCrossedTable({Means({9.9, 9.9}), Means({9.9, 9.9})});
  const CrossedTable far = MakeCrossedTable({Means({9.7, 9.7}), Means({9.7, 9.7})});
  EXPECT_TRUE(ComparePaired(near, reference, true).non_inferior);
  EXPECT_FALSE(ComparePaired(far, reference, true).non_inferior);
}

// z_us = user + seed + noise, true mean 0. Returns how often the interval holds it.
double CoverageOf(Interval (*interval)(const CrossedTable&), int seeds, int trials) {
  int hits = 0;
  for (int trial = 0; trial < trials; ++trial) {
    Rng rng(static_cast<uint64_t>(trial), "coverage");
    std::vector<double> user_effects;
    for (int u = 0; u < 100; ++u) user_effects.push_back(rng.Normal());
    std::vector<SessionValues> by_seed;
    for (int s = 0; s < seeds; ++s) {
      const double seed_effect = 0.4 * rng.Normal();
      SessionValues values;
      for (const double user : user_effects) {
        values.numerator.push_back(user + seed_effect + rng.Normal());
      }
      by_seed.push_back(std::move(values));
    }
    const Interval found = interval(MakeCrossedTable(by_seed));
    hits += found.low <= 0 && 0 <= found.high;
  }
  return static_cast<double>(hits) / trials;
}

TEST(CrossedInterval, CoversWhatItClaimsWhereUsersAloneDoNot) {
  const double crossed = CoverageOf(CrossedInterval, 3, 2000);
  const double users_only = CoverageOf(UsersOnlyInterval, 3, 2000);
  RecordProperty("crossed", std::to_string(crossed));
  RecordProperty("users_only", std::to_string(users_only));
  EXPECT_NEAR(crossed, 0.96, 0.02);
  EXPECT_LE(users_only, 0.7);
}

TEST(CrossedInterval, BootstrapsUsersAndSeedsFromTenSeedsOn) {
  EXPECT_EQ(IntervalMethod(10), "bootstrap over users and seeds");
  const double coverage = CoverageOf(CrossedInterval, 10, 60);
  EXPECT_GE(coverage, 0.85);
}

TEST(CrossedInterval, BootstrapIsAFunctionOfTheTableAlone) {
  std::vector<SessionValues> by_seed;
  Rng rng(3);
  for (int s = 0; s < 10; ++s) {
    by_seed.push_back(Means({rng.Normal(), rng.Normal(), rng.Normal(), rng.Normal()}));
  }
  const CrossedTable table = MakeCrossedTable(by_seed);
  EXPECT_EQ(CrossedInterval(table).low, CrossedInterval(table).low);
}

}  // namespace
}  // namespace lerl
