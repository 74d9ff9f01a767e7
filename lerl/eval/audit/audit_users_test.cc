#include "lerl/eval/audit/audit_users.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class AuditUsersTest : public ::testing::Test {
 protected:
  // Users with 3 training rows and so many likes to come, after a row that was not liked.
  explicit AuditUsersTest(const std::vector<int>& likes_to_come = {4, 5, 30}) {
    world_.dataset = DatasetOf({{0}, {0, 1}}, 2, 3);
    std::vector<std::vector<LoggedRow>> rows;
    for (const int likes : likes_to_come) {
      rows.push_back({{0, 1}, {0, 1}, {0, 1}, {0, 0}});
      for (int n = 0; n < likes; ++n) rows.back().push_back({1, 1});
    }
    AddRows(world_.dataset, world_.split, rows, 3);
  }

  World world_;
};

TEST_F(AuditUsersTest, NextLikesComeAfterTheTrainingRowsAndAreAtMostTwenty) {
  EXPECT_THAT(NextLikes(world_, 0).liked, ElementsAre(4, 4));
  EXPECT_EQ(NextLikes(world_, 1).total_liked, 5);
  EXPECT_EQ(NextLikes(world_, 2).total_liked, 20);
}

TEST_F(AuditUsersTest, HaveEnoughLikesToComeAndEnoughRowsBehind) {
  EXPECT_THAT(UsersToJudge(world_, {0, 1, 2}, 3, 10), UnorderedElementsAre(1, 2));
  EXPECT_THAT(UsersToJudge(world_, {0, 1, 2}, 4, 10), IsEmpty());
}

TEST_F(AuditUsersTest, AreTheFirstOfTheirOrder) {
  const std::vector<int32_t> both = UsersToJudge(world_, {1, 2}, 3, 10);
  EXPECT_THAT(UsersToJudge(world_, {1, 2}, 3, 1), ElementsAre(both[0]));
}

}  // namespace
}  // namespace lerl
