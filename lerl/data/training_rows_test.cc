#include "lerl/data/training_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace lerl
