#include "lerl/eval/metrics/revenue.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::ElementsAre;

// Item 3 has no price of its own and counts as the mean of its category, (10 + 20) / 2.
TEST(Revenue, IsTheSumOfThePricesOfWhatWasBought) {
  Dataset dataset = DatasetOf({{0}, {0}, {1}, {0}}, 2, 2);
  SessionLog log = LogOf({{{0, 1}, {2, 3}}, {{1, 0}}}, 2);
  log.responses = {1, 2, 1, 3, 1, 0, /*after the end*/ 1, 1};
  EXPECT_TRUE(Revenue(log, {dataset, EmptySplit(dataset)}).empty());
  dataset.prices = std::vector<float>{10, 20, 7.5, 0};
  const SessionValues values = Revenue(log, {dataset, EmptySplit(dataset)});
  EXPECT_THAT(values.numerator, ElementsAre(10 + 7.5 + 15, 20));
  EXPECT_TRUE(values.denominator.empty());
}

}  // namespace
}  // namespace lerl
