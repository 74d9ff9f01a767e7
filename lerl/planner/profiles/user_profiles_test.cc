#include "lerl/planner/profiles/user_profiles.h"

#include <gmock/gmock.h>

#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

TEST(UserProfiles, CountTrainingRowsAlone) {
  const Dataset dataset = TinyDataset();
  const Split split = TinySplit();
  UserProfiles profiles(dataset, split);
  const CategoryCounts& counts = profiles.Of(0);  // its last row is held out
  EXPECT_THAT(counts.rows, ElementsAre(1, 1, 1, 1));
  EXPECT_THAT(counts.liked, ElementsAre(1, 1, 0, 1));
  EXPECT_EQ(counts.total_rows, 4);
  EXPECT_EQ(counts.total_liked, 3);
  EXPECT_THAT(profiles.LikedOrder(0), ElementsAre(0, 1, 3, 2));
  EXPECT_THAT(profiles.Everyone().liked, ElementsAre(2, 1, 0, 1));
}

TEST(UserProfiles, RatesAreDrawnTowardsTheUsersOwn) {
  const Dataset dataset = TinyDataset();
  const CategoryCounts counts = CountRows(dataset, 0, 4);
  EXPECT_DOUBLE_EQ(counts.like_rate(), 4.0 / 6);
  EXPECT_DOUBLE_EQ(counts.like_rate(2), (0 + 5 * 4.0 / 6) / (1 + 5));
}

}  // namespace
}  // namespace lerl
