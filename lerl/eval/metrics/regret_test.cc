#include "lerl/eval/metrics/regret.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

TEST(Regret, IsTheBestCategorysWorthLessTheSlatesExpectedReward) {
  const Dataset dataset = DatasetOf({{0}}, 2, 2);
  const Split split = EmptySplit(dataset);
  SessionLog log = LogOf({{{0}, {0}}, {{0}}}, 2);  // .5 expected at each step
  EXPECT_TRUE(Regret(log, {dataset, split}).empty());
  log.AddTruth();
  log.truth.worth = {0.8f, 0.2f, 0.1f, 0.4f, 0.5f, 0.6f, 0, 0};
  const SessionValues values = Regret(log, {dataset, split});
  EXPECT_THAT(values.numerator, ElementsAre(DoubleNear(0.3 - 0.1, 1e-6), DoubleNear(0.1, 1e-6)));
  EXPECT_THAT(values.denominator, ElementsAre(2, 1));
}

}  // namespace
}  // namespace lerl
