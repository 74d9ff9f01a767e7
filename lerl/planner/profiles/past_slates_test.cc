#include "lerl/planner/profiles/past_slates.h"

#include <gmock/gmock.h>

#include "lerl/base/check.h"
#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

class PastSlatesTest : public ::testing::Test {
 protected:
  PastSlatesTest() {
    // Rows of user 1; the last is held out.
    AddRows(dataset_, split_, {{{5, 1}}, {{0, 1}, {1, 0}, {2, 1}, {3, 1}, {4, 0}, {5, 1}}}, 5);
  }

  Dataset dataset_ = DatasetOf({{0}, {0}, {0}, {0}, {0}, {0}}, 1, 2);
  Split split_;
};

TEST_F(PastSlatesTest, AreTheLatestTrainingRowsInTheirOrder) {
  const std::vector<PastSlate> slates = PastSlates(dataset_, split_, 1, 2, 2);
  ASSERT_EQ(slates.size(), 2U);
  EXPECT_THAT(slates[0].items, ElementsAre(1, 2));
  EXPECT_THAT(slates[0].responses, ElementsAre(0U, 1U));
  EXPECT_THAT(slates[1].items, ElementsAre(3, 4));
  EXPECT_THAT(slates[1].responses, ElementsAre(1U, 0U));
}

TEST_F(PastSlatesTest, HaveTheSizeAskedFor) {
  EXPECT_THAT(PastSlates(dataset_, split_, 1, 1, 5)[0].items, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_TRUE(PastSlates(dataset_, split_, 1, 0, 5).empty());
}

TEST_F(PastSlatesTest, AreNeverCutFromAnotherUsersRows) {
  EXPECT_THROW(PastSlates(dataset_, split_, 1, 2, 3), CheckFailure);
}

}  // namespace
}  // namespace lerl
