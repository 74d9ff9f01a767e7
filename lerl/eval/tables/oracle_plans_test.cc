#include "lerl/eval/tables/oracle_plans.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Items 0 and 1 of category 0, 2 and 3 of category 1, 4 of category 2. The user likes category 1
// most, then 2.
class OraclePlansTest : public ::testing::Test {
 protected:
  OraclePlansTest() {
    AddRows(dataset_, split_, {{{2, 1}, {3, 1}, {4, 1}, {0, 0}}}, 4);
    categories_ = OracleCategoriesOf(dataset_, /*one_each=*/false);
  }

  OraclePlan Plan(const OraclePlanner& planner, int step = 0, int previous = -1) {
    return planner(categories_, {0, step, previous, ranked_, &rng_}, scores_);
  }

  Dataset dataset_ = DatasetOf({{0}, {0}, {1}, {1}, {2}}, 3, 1);
  Split split_;
  OracleCategories categories_;
  std::vector<int32_t> ranked_ = {4, 0, 2, 1, 3};
  std::vector<float> scores_ = {0.8f, 0.6f, 0.7f, 0.5f, 0.9f};  // [I]
  Rng rng_{1, "test"};
};

TEST_F(OraclePlansTest, FavouritesAreOrderedByLikes) {
  EXPECT_THAT(categories_.favourites[0], ElementsAre(1, 2, 0));
  EXPECT_THAT(Plan(Favourites(2)), ElementsAre(1, 2));
  EXPECT_THAT(Plan(FavouritesInTurn(2), 3), ElementsAre(2));
  EXPECT_THAT(Plan(FavouritesInTurn(9), 2), ElementsAre(0));
}

TEST_F(OraclePlansTest, RoundRobinGoesOnWhereItStopped) {
  EXPECT_THAT(Plan(NoPlan()), IsEmpty());
  EXPECT_THAT(Plan(RoundRobin(2), 0), ElementsAre(0, 1));
  EXPECT_THAT(Plan(RoundRobin(2), 1), ElementsAre(2, 0));
}

TEST_F(OraclePlansTest, ARandomPlanHasDistinctCategories) {
  const OraclePlan plan = Plan(RandomPlan(2));
  ASSERT_EQ(plan.size(), 2U);
  EXPECT_NE(plan[0], plan[1]);
  EXPECT_EQ(Plan(RandomPlan(9)).size(), 3U);
}

TEST_F(OraclePlansTest, TheBestSingleCategoryFillsASlateAndIsNotTheLastOne) {
  EXPECT_THAT(Plan(BestSingle(1)), ElementsAre(2));
  EXPECT_THAT(Plan(BestSingle(2)), ElementsAre(0));  // category 2 has one item
  EXPECT_THAT(Plan(BestSingle(2), 1, 0), ElementsAre(1));
  EXPECT_THAT(Plan(BestSingle(3)), IsEmpty());
}

TEST_F(OraclePlansTest, AnItemMayHaveItsRarestCategoryAlone) {
  Dataset dataset = DatasetOf({{0}, {0, 1}, {}}, 2, 1);
  Split split;
  AddRows(dataset, split, {{{0, 1}, {1, 1}}}, 1);
  const OracleCategories one = OracleCategoriesOf(dataset, /*one_each=*/true);
  EXPECT_THAT(one.of, ElementsAre(ElementsAre(0), ElementsAre(1), IsEmpty()));
}

}  // namespace
}  // namespace lerl
