#include "lerl/eval/metrics/filter_bubble.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;

TEST(FilterBubble, IsTheShareOfTheDominantCategory) {
  const Dataset dataset = DatasetOf({{0}, {1}, {0, 1}, {}}, 2, 3);
  const SessionLog log = LogOf({{{0}, {0}}, {{0}, {1}, {2}, {0}}, {{3}, {1}, {3}}}, 2);
  EXPECT_THAT(FilterBubble(log, {dataset, {}}).numerator,
              ElementsAre(1, DoubleEq(2.5 / 4), DoubleEq(2.0 / 3)));
}

TEST(FilterBubble, GrowsWhereTheSecondHalfIsNarrower) {
  const Dataset dataset = DatasetOf({{0}, {1}}, 2, 4);
  const SessionLog log =
      LogOf({{{0}, {1}, {0}, {0}}, {{1}, {1}, {0}, {1}, {0}}, {{0}}, {{0}, {1}}}, 2);
  const SessionValues values = FilterBubbleGrowth(log, {dataset, {}});
  EXPECT_THAT(values.numerator, ElementsAre(0.5, -0.5, 0, 0));
  EXPECT_THAT(values.denominator, ElementsAre(1, 1, 0, 1));
}

}  // namespace
}  // namespace lerl
