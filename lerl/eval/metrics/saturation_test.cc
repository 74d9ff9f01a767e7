#include "lerl/eval/metrics/saturation.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

TEST(Saturation, IsTheCostOfFatigueOfTheCategoriesShownByTheirShares) {
  const Dataset dataset = DatasetOf({{0}, {0, 1}, {}}, 2, 1);
  const Split split = EmptySplit(dataset);
  SessionLog log = LogOf({{{0, 1}, {1, 2}}}, 2);
  EXPECT_TRUE(Saturation(log, {dataset, split}).empty());
  log.AddTruth();
  log.truth.fatigue_cost = {0, 0, 0.8f, 2};
  // Second slate: category 0 and 1 with a quarter each, the item without a category is never tired.
  const SessionValues values = Saturation(log, {dataset, split});
  EXPECT_THAT(values.numerator, ElementsAre(DoubleNear(0.25 * 0.8 + 0.25 * 2, 1e-6)));
  EXPECT_THAT(values.denominator, ElementsAre(2));
}

}  // namespace
}  // namespace lerl
