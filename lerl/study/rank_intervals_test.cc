#include "lerl/study/rank_intervals.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

CrossedTable TableOf(const std::vector<double>& cells) {
  CrossedTable table{.seeds = 2, .users = 2, .of_sessions = true, .cells = cells};
  for (const double cell : cells) table.estimate += cell / 4;
  return table;
}

TEST(RankIntervals, AreSureWhereEveryCellAgrees) {
  const CrossedTable low = TableOf({1, 2, 1, 2}), high = TableOf({3, 4, 3, 4});
  const std::vector<Interval> ranks = RankIntervals({&low, &high}, true);
  EXPECT_EQ(ranks[0].mean, 2);
  EXPECT_EQ(ranks[0].low, 2);
  EXPECT_EQ(ranks[1].high, 1);
  EXPECT_EQ(RankIntervals({&low, &high}, false)[0].mean, 1);
}

TEST(RankIntervals, AreWideWhereSeedsDisagree) {
  const CrossedTable a = TableOf({5, 5, 1, 1}), b = TableOf({2, 2, 3, 3});
  const std::vector<Interval> ranks = RankIntervals({&a, &b}, true);
  EXPECT_EQ(ranks[0].mean, 1);
  EXPECT_EQ(ranks[0].low, 1);
  EXPECT_EQ(ranks[0].high, 2);
}

TEST(RankIntervals, ShareTheRankOfEquals) {
  const CrossedTable a = TableOf({1, 2, 3, 4});
  for (const Interval& rank : RankIntervals({&a, &a}, true)) EXPECT_EQ(rank.mean, 1.5);
  EXPECT_TRUE(RankIntervals({}, true).empty());
}

}  // namespace
}  // namespace lerl
