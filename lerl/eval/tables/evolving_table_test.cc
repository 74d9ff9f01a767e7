#include "lerl/eval/tables/evolving_table.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <numeric>

#include "lerl/data/sources/synthetic.h"
#include "lerl/train/run_config.h"

namespace lerl {
namespace {

TEST(EvolvingTable, KnowingPeopleIsWorthATenthAndEachPieceOfKnowledgeSomething) {
  const Dataset data =
      MakeSyntheticDataset({.users = 150, .items = 600, .categories = 12, .rows_per_user = 30});
  const Split split = MakeSplit(data, {});
  const EvolvingUsers users(data, split, {.seed = 2});
  std::vector<int32_t> played(150);
  std::iota(played.begin(), played.end(), 0);
  const auto rows = EvolvingTable(data, split, users, *RunConfig().env, played, 2);
  ASSERT_EQ(rows.size(), 8u);
  for (size_t i = 1; i < rows.size(); ++i)
    EXPECT_GT(rows[i].reward, rows[i - 1].reward) << rows[i].policy;
  EXPECT_GE(WorthOfTruth(rows), 0.1);
  for (const EvolvingRow& row : rows) {
    EXPECT_EQ(row.lengths.sessions, 300);
    EXPECT_LE(row.lengths.high, 40);
    EXPECT_LE(row.per_step(), 1);
    EXPECT_EQ(row.oracle, row.policy != "random slates" && row.policy != "popularity");
  }
  const SessionLengths in_log = LengthsInLog(data, 6);
  EXPECT_NE(EvolvingText(rows, in_log, true).find("prototype"), std::string::npos);
  EXPECT_EQ(EvolvingText(rows, in_log, false).find("prototype"), std::string::npos);
  EXPECT_EQ(EvolvingJson(rows, in_log)["rows"].size(), 8u);
}

TEST(EvolvingTable, IsAFunctionOfItsSettings) {
  const Dataset data = MakeSyntheticDataset({});
  const Split split = MakeSplit(data, {});
  const EvolvingUsers users(data, split, {.seed = 2});
  const std::vector<int32_t> played = {3, 8};
  const auto rows = EvolvingTable(data, split, users, *RunConfig().env, played, 1);
  const auto again = EvolvingTable(data, split, users, *RunConfig().env, played, 1);
  for (size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i].reward, again[i].reward);
}

TEST(LengthsInLog, SittingsEndAfterHalfAnHourAndAreCountedInSlates) {
  Dataset data = MakeSyntheticDataset({.users = 2, .rows_per_user = 8});
  const int64_t minute = 60000;
  // User 0: 7 rows in one sitting and 1 a day later; user 1: 8 rows, a gap of 31 minutes after 3.
  data.times_ms = std::vector<int64_t>{0,           10 * minute, 40 * minute, 41 * minute,
                                       42 * minute, 43 * minute, 44 * minute, 1440 * minute,
                                       0,           1,           2,           31 * minute + 2 + 1,
                                       32 * minute, 33 * minute, 34 * minute, 35 * minute};
  const SessionLengths lengths = LengthsInLog(data, 3);  // 3, 1, 1 and 2 slates
  EXPECT_EQ(lengths.sessions, 4);
  EXPECT_EQ(lengths.mean, 7.0 / 4);
  EXPECT_EQ(lengths.low, 1);
  EXPECT_EQ(lengths.median, 1);
  EXPECT_EQ(lengths.high, 2);
}

}  // namespace
}  // namespace lerl
