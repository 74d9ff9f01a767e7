#include "lerl/eval/metrics/majority_dominance.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::ElementsAre;

// Likes of categories 0 1 2 3: 5, 3, 1, 1 of 10; 5 + 3 is 80%, one more is beyond.
TEST(MajorityDominance, IsTheShareOfItemsFromTheMostLikedCategories) {
  Dataset dataset = DatasetOf({{0}, {1}, {2}, {3}, {1, 3}, {}}, 4, 1);
  Split split;
  AddRows(
      dataset, split,
      {{{0, 1}, {0, 1}, {0, 1}, {0, 1}, {0, 1}, {1, 1}, {1, 1}, {4, 1}, {2, 1}, {3, 0}, {3, 1}}},
      10);
  const SessionLog log = LogOf({{{0, 1}, {2, 3}}, {{4, 5}}}, 4);
  const SessionValues values = MajorityDominance(log, {dataset, split});
  EXPECT_THAT(values.numerator, ElementsAre(2, 1));
  EXPECT_THAT(values.denominator, ElementsAre(4, 2));
}

TEST(MajorityDominance, HoldsAtLeastTheMostLikedCategory) {
  Dataset dataset = DatasetOf({{0}, {1}}, 2, 1);
  Split split;
  AddRows(dataset, split, {{{1, 1}}}, 1);
  EXPECT_THAT(MajorityDominance(LogOf({{{0, 1}}}, 2), {dataset, split}).numerator, ElementsAre(1));
}

TEST(MajorityDominance, HasNoFigureWithoutLikes) {
  const Dataset dataset = DatasetOf({{0}}, 1, 1);
  EXPECT_TRUE(MajorityDominance(LogOf({{{0}}}, 1), {dataset, EmptySplit(dataset)}).empty());
}

}  // namespace
}  // namespace lerl
