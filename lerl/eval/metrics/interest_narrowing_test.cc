#include "lerl/eval/metrics/interest_narrowing.h"

#include <gmock/gmock.h>

#include <cmath>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

// Two categories; the odds of the first over the second before each slate of one session.
SessionValues NarrowingOf(const std::vector<double>& odds) {
  const Dataset dataset = DatasetOf({{0}}, 2, 2);
  SessionLog log = LogOf({std::vector<std::vector<int32_t>>(odds.size(), {0})}, 2);
  log.AddTruth();
  for (size_t t = 0; t < odds.size(); ++t)
    log.truth.interest[2 * t] = static_cast<float>(std::log(odds[t]));
  return InterestNarrowing(log, {dataset, EmptySplit(dataset)});
}

// The odds at which softmax over two categories has this entropy.
double OddsOf(double bits) {
  double low = 1, high = 1e6;
  for (int n = 0; n < 100; ++n) {
    const double odds = (low + high) / 2, p = odds / (1 + odds);
    (-p * std::log2(p) - (1 - p) * std::log2(1 - p) > bits ? low : high) = odds;
  }
  return low;
}

TEST(InterestNarrowing, IsTheEntropyThatInterestsLoseForEachMoveOfASession) {
  const Dataset dataset = DatasetOf({{0}}, 2, 2);
  const Split split = EmptySplit(dataset);
  SessionLog log = LogOf({{{0}, {0}, {0}}, {{0}}}, 2);
  EXPECT_TRUE(InterestNarrowing(log, {dataset, split}).empty());
  log.AddTruth();
  // From equal interests (1 bit) to odds of 3 (.811 bits); the second session has one step.
  const float odds = static_cast<float>(std::log(3.0));
  log.truth.interest = {1, 1, 5, 5, odds, 0, 2, 1, 0, 0, 0, 0};
  const SessionValues values = InterestNarrowing(log, {dataset, split});
  EXPECT_THAT(values.numerator,
              ElementsAre(DoubleNear(100 + 75 * std::log2(0.75) + 25 * std::log2(0.25), 1e-4), 0));
  EXPECT_THAT(values.denominator, ElementsAre(2, 0));
}

TEST(InterestNarrowing, DoesNotGrowWithTheLengthOfASession) {
  const SessionValues once = NarrowingOf({1, OddsOf(0.9), OddsOf(0.8)});
  const SessionValues twice = NarrowingOf({1, OddsOf(0.9), OddsOf(0.8), OddsOf(0.7), OddsOf(0.6)});
  EXPECT_NEAR(once.numerator[0] / once.denominator[0], 10, 1e-4);
  EXPECT_NEAR(twice.numerator[0] / twice.denominator[0], 10, 1e-4);
  EXPECT_NEAR(twice.numerator[0], 2 * once.numerator[0], 1e-4);
}

TEST(InterestNarrowing, HasNoFigureOfSessionsOfOneStep) { EXPECT_TRUE(NarrowingOf({3}).empty()); }

}  // namespace
}  // namespace lerl
