#include "lerl/eval/metrics/session_return.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::ElementsAre;

TEST(SessionReturn, SumsExpectedAndDrawnRewardsApart) {
  const Dataset dataset = DatasetOf({{0}, {1}}, 2, 2);
  const SessionLog log = LogOf({{{0}, {1}, {0}}, {{1}}}, 2);
  EXPECT_THAT(SessionReturn(log, {dataset, {}}).numerator, ElementsAre(1.5, 0.5));
  EXPECT_THAT(DrawnSessionReturn(log, {dataset, {}}).numerator, ElementsAre(3, 1));
}

TEST(SessionReturn, GivesTheStepRewardAsARatioOfSums) {
  const Dataset dataset = DatasetOf({{0}, {1}}, 2, 2);
  const SessionValues values = StepReward(LogOf({{{0}, {1}, {0}}, {{1}}}, 2), {dataset, {}});
  EXPECT_THAT(values.numerator, ElementsAre(1.5, 0.5));
  EXPECT_THAT(values.denominator, ElementsAre(3, 1));
}

}  // namespace
}  // namespace lerl
