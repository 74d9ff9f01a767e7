#include "lerl/eval/metrics/slate_categories.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::ElementsAre;

TEST(SlateCategories, FindsTheItemsOfAStep) {
  const SessionLog log = LogOf({{{0, 1}}, {{2, 3}, {4, 5}}}, 1);
  const std::span<const int32_t> slate = SlateOf(log, 1, 1);
  EXPECT_THAT(std::vector<int32_t>(slate.begin(), slate.end()), ElementsAre(4, 5));
}

TEST(SlateCategories, AreSharedAmongTheCategoriesOfAnItem) {
  const Dataset dataset = DatasetOf({{0}, {0, 1}, {}}, 2, 1);
  const SessionLog log = LogOf({{{0, 0}, {1, 2}}}, 2);
  EXPECT_THAT(CategoryShares(dataset, log, 0, 0, 2), ElementsAre(0.625, 0.125, 0.25));
  EXPECT_THAT(CategoryShares(dataset, log, 0, 1, 2), ElementsAre(0.25, 0.25, 0.5));
  EXPECT_THAT(ItemsShown(log)[0], ElementsAre(0, 0, 1, 2));
}

TEST(SlateCategories, RepeatWhereADominantCategoryIsShared) {
  const Dataset dataset = DatasetOf({{0}, {1}, {0, 1}, {}}, 2, 3);
  const SessionLog log = LogOf({{{0}, {0}, {1}}, {{0}, {2}, {1}}, {{3}, {3}}}, 2);
  EXPECT_THAT(StepsThatRepeat(dataset, log, 0), ElementsAre(0, 1, 0));
  EXPECT_THAT(StepsThatRepeat(dataset, log, 1), ElementsAre(0, 1, 1));
  EXPECT_THAT(StepsThatRepeat(dataset, log, 2), ElementsAre(0, 1));
}

}  // namespace
}  // namespace lerl
