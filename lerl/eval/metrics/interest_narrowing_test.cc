#include "lerl/eval/metrics/interest_narrowing.h"

#include <gmock/gmock.h>

#include <cmath>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

TEST(InterestNarrowing, IsTheEntropyThatInterestsLoseFromTheFirstSlateToTheLast) {
  const Dataset dataset = DatasetOf({{0}}, 2, 2);
  const Split split = EmptySplit(dataset);
  SessionLog log = LogOf({{{0}, {0}, {0}}, {{0}}}, 2);
  EXPECT_TRUE(InterestNarrowing(log, {dataset, split}).empty());
  log.AddTruth();
  // From equal interests (1 bit) to odds of 3 (.811 bits); the second session has one step.
  const float odds = static_cast<float>(std::log(3.0));
  log.truth.interest = {1, 1, 5, 5, odds, 0, 2, 1, 0, 0, 0, 0};
  EXPECT_THAT(
      InterestNarrowing(log, {dataset, split}).numerator,
      ElementsAre(DoubleNear(1 + 0.75 * std::log2(0.75) + 0.25 * std::log2(0.25), 1e-6), 0));
}

}  // namespace
}  // namespace lerl
