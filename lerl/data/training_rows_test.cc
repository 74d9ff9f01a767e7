#include "lerl/data/training_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

TEST(TrainingRows, EndWhereEachUsersTrainingPartEnds) {
  Bandit bandit(/*users=*/2, /*items=*/10);
  bandit.split.train_end = {1, 8};  // one row of user 0, two of user 1
  const TrainingRows rows = CollectTrainingRows(bandit.dataset, bandit.split);
  EXPECT_THAT(rows.users, ::testing::ElementsAre(0, 1, 1));
  EXPECT_THAT(rows.items, ::testing::ElementsAre(0, 1, 6));
  EXPECT_THAT(rows.responses, ::testing::ElementsAre(1, 1, 0));
}

TEST(PastRows, AreTheTrainingRowsOfAUser) {
  Bandit bandit(/*users=*/2, /*items=*/10);
  bandit.split.train_end = {1, 8};
  std::vector<int64_t> rows;
  for (const int64_t row : PastRows(bandit.dataset, bandit.split, 1)) rows.push_back(row);
  EXPECT_THAT(rows, ::testing::ElementsAre(6, 7));
  bandit.split.train_end = {0, 0};
  EXPECT_TRUE(PastRows(bandit.dataset, bandit.split, 1).empty());
}

TEST(DrawnRows, AreSoManyEachWithTheSameChanceInTheirOrder) {
  Bandit bandit(/*users=*/4, /*items=*/10);
  const auto all = DrawRows(
      bandit.dataset, [](size_t row) { return static_cast<float>(row); }, 1000, 1);
  ASSERT_GT(all.users.size(), 10U);
  std::vector<int> taken(all.users.size());
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    const auto some = DrawRows(
        bandit.dataset, [](size_t row) { return static_cast<float>(row); }, 5, seed);
    ASSERT_EQ(some.users.size(), 5U);
    EXPECT_TRUE(std::ranges::is_sorted(some.responses));
    for (size_t n = 0; n < 5; ++n) {
      const auto row = static_cast<size_t>(some.responses[n]);
      EXPECT_EQ(some.users[n], all.users[row]);
      EXPECT_EQ(some.items[n], all.items[row]);
      ++taken[row];
    }
  }
  const double expected = 3000.0 * 5 / static_cast<double>(all.users.size());
  for (const int count : taken) EXPECT_NEAR(count, expected, 6 * std::sqrt(expected));
}

}  // namespace
}  // namespace lerl
