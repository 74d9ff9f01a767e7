#include "lerl/planner/wishes/catalogue_clauses.h"

#include <gmock/gmock.h>

#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CatalogueClauses, LookTitlesUpAndLeaveTheRestToTheReader) {
  // Title 8 is of the first two categories, Title 4 of the third.
  const std::vector<std::string> wishes = {"more like Title 8, but nothing like Title 4",
                                           "something to laugh at"};
  const auto clauses = CatalogueClauses(TinyDataset(), true).Of(wishes);
  ASSERT_EQ(clauses.size(), 3U);
  EXPECT_THAT(clauses[0].chances, ElementsAre(0.5, 0.5, 0, 0));
  EXPECT_FALSE(clauses[0].refuses);
  EXPECT_THAT(clauses[1].chances, ElementsAre(0, 0, 1, 0));
  EXPECT_TRUE(clauses[1].refuses);
  EXPECT_THAT(clauses[2].chances, IsEmpty());
  EXPECT_EQ(clauses[2].text, "something to laugh at");
  EXPECT_EQ(clauses[2].wish, 1U);
}

TEST(CatalogueClauses, AreOneForAWishThatIsNotCut) {
  const std::string wish = "more like Title 8, nothing like Title 4";
  const auto clauses = CatalogueClauses(TinyDataset(), false).Of({&wish, 1});
  ASSERT_EQ(clauses.size(), 1U);
  EXPECT_FALSE(clauses[0].refuses);
  EXPECT_NEAR(clauses[0].chances[2], 1.0 / 3, 1e-12);
}

}  // namespace
}  // namespace lerl
