#include "lerl/eval/metrics/category_repeats.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::ElementsAre;

TEST(CategoryRepeats, CountsStepsThatShareADominantCategoryWithTheSlateBefore) {
  const Dataset dataset = DatasetOf({{0}, {1}, {0, 1}, {}}, 2, 3);
  const SessionLog log = LogOf({{{0}, {0}, {1}}, {{0}, {2}, {1}}, {{3}, {3}}}, 2);
  const SessionValues values = CategoryRepeats(log, {dataset, {}});
  EXPECT_THAT(values.numerator, ElementsAre(1, 2, 1));
  EXPECT_THAT(values.denominator, ElementsAre(2, 2, 1));
}

TEST(CategoryRepeats, LeavesOutTheFirstSlateWhichRepeatsNothing) {
  const Dataset dataset = DatasetOf({{0}}, 1, 1);
  const SessionValues values = CategoryRepeats(LogOf({{{0}}}, 1), {dataset, {}});
  EXPECT_THAT(values.numerator, ElementsAre(0));
  EXPECT_THAT(values.denominator, ElementsAre(0));
}

TEST(CategoryRepeats, StartsAnewWithEachVisit) {
  const Dataset dataset = DatasetOf({{0}}, 1, 1);
  SessionLog log = LogOf({{{0}, {0}, {0}}}, 1);
  log.return_days[1] = 4;
  const SessionValues values = CategoryRepeats(log, {dataset, {}});
  EXPECT_THAT(values.numerator, ElementsAre(1));
  EXPECT_THAT(values.denominator, ElementsAre(1));
}

}  // namespace
}  // namespace lerl
