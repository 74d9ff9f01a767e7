#include "lerl/eval/metrics/interest_coverage.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::ElementsAre;

TEST(InterestCoverage, IsTheShareOfLaterLikedCategoriesThatAreShown) {
  Dataset dataset = DatasetOf({{0}, {1, 2}, {2}, {3}}, 4, 3);
  Split split;
  // Later the first user likes categories 1, 2 and 3, the second none, the third 0.
  AddRows(dataset, split, {{{0, 1}, {1, 1}, {3, 1}, {0, 0}}, {{3, 1}, {2, 0}}, {{1, 0}, {0, 1}}},
          1);
  const SessionLog log = LogOf({{{0}, {2}, {3}}, {{0}}, {{1}}}, 4);
  const SessionValues values = InterestCoverage(log, {dataset, split});
  EXPECT_THAT(values.numerator, ElementsAre(testing::DoubleEq(2.0 / 3), 0, 0));
  EXPECT_THAT(values.denominator, ElementsAre(1, 0, 1));
}

TEST(InterestCoverage, HasNoFigureWhereNobodyLikesAnythingLater) {
  const Dataset dataset = DatasetOf({{0}}, 1, 1);
  EXPECT_TRUE(InterestCoverage(LogOf({{{0}}}, 1), {dataset, EmptySplit(dataset)}).empty());
}

}  // namespace
}  // namespace lerl
