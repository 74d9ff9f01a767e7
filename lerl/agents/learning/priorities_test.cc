#include "lerl/agents/learning/priorities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

// Four places, of which the third is empty. The errors are 1, 4 and 9, the exponent is 1/2, and the
// floor is as good as none, so P is 1/6, 2/6 and 3/6.
Priorities OneFourNine() {
  Priorities priorities(4, 0.5, 1e-12);
  for (const int64_t place : {0, 1, 3}) priorities.Enter(place);
  priorities.Set(0, 1);
  priorities.Set(1, 4);
  priorities.Set(3, 9);
  return priorities;
}

TEST(Priorities, GiveChancesByTheExponent) {
  const Priorities priorities = OneFourNine();
  EXPECT_NEAR(priorities.ChanceOf(0), 1.0 / 6, 1e-9);
  EXPECT_NEAR(priorities.ChanceOf(1), 2.0 / 6, 1e-9);
  EXPECT_EQ(priorities.ChanceOf(2), 0);
  EXPECT_NEAR(priorities.ChanceOf(3), 3.0 / 6, 1e-9);
}

TEST(Priorities, AddTheFloorToErrors) {
  Priorities priorities(2, 1, 0.25);
  priorities.Enter(0);
  priorities.Enter(1);
  priorities.Set(0, 0);
  priorities.Set(1, 0.5);
  EXPECT_EQ(priorities.Of(0), 0.25);
  EXPECT_EQ(priorities.Of(1), 0.75);
  EXPECT_EQ(priorities.ChanceOf(0), 0.25);
}

TEST(Priorities, GiveANewSessionTheLargestSoFar) {
  Priorities priorities(3, 1, 1e-12);
  priorities.Enter(0);
  EXPECT_EQ(priorities.Of(0), 1);
  priorities.Set(0, 0.5);
  priorities.Enter(1);
  EXPECT_EQ(priorities.Of(1), 1);
  priorities.Set(1, 7);
  priorities.Set(1, 2);
  priorities.Enter(2);
  EXPECT_NEAR(priorities.Of(2), 7, 1e-9);
  priorities.Enter(0);  // the place of an old session
  EXPECT_NEAR(priorities.Of(0), 7, 1e-9);
}

// N P of places 0, 1 and 3 is 1/2, 1 and 3/2.
TEST(Priorities, WeighWhatIsDrawnMoreOftenLess) {
  const Priorities priorities = OneFourNine();
  const std::vector<int64_t> all = {3, 0, 1, 0};
  EXPECT_THAT(priorities.Weights(all, 1),
              testing::Pointwise(testing::FloatNear(1e-6f), {1.0f / 3, 1.0f, 0.5f, 1.0f}));
  EXPECT_THAT(priorities.Weights(all, 0.5),
              testing::Pointwise(testing::FloatNear(1e-6f),
                                 {std::sqrt(1.0f / 3), 1.0f, std::sqrt(0.5f), 1.0f}));
  EXPECT_THAT(priorities.Weights(all, 0), testing::Each(1.0f));
  // The largest weight is that of the minibatch, not of the replay.
  EXPECT_THAT(priorities.Weights(std::vector<int64_t>{3, 1}, 1),
              testing::Pointwise(testing::FloatNear(1e-6f), {2.0f / 3, 1.0f}));
}

// Pearson's chi square of 12,000 single draws against P, with 2 degrees of freedom: it exceeds 13.8
// once in a thousand seeds.
TEST(Priorities, AreDrawnAsOftenAsTheyAreLarge) {
  const Priorities priorities = OneFourNine();
  Rng rng(1, "draws");
  constexpr int kDraws = 12000;
  std::vector<double> counts(4);
  for (int n = 0; n < kDraws; ++n) ++counts[At(priorities.Draw(1, rng)[0])];
  EXPECT_EQ(counts[2], 0);
  double chi_square = 0;
  for (const int64_t place : {0, 1, 3}) {
    const double expected = kDraws * priorities.ChanceOf(place);
    chi_square += std::pow(counts[At(place)] - expected, 2) / expected;
  }
  EXPECT_LT(chi_square, 13.8);
}

// A minibatch draws one number from each of its parts, so counts differ from what is expected by
// less than two.
TEST(Priorities, SpreadAMinibatchOverAllOfThem) {
  const Priorities priorities = OneFourNine();
  Rng rng(2, "draws");
  for (int n = 0; n < 100; ++n) {
    std::vector<double> counts(4);
    for (const int64_t place : priorities.Draw(60, rng)) ++counts[At(place)];
    for (int64_t place = 0; place < 4; ++place)
      EXPECT_LT(std::abs(counts[At(place)] - 60 * priorities.ChanceOf(place)), 2);
  }
}

TEST(Priorities, LoadWhatTheySaved) {
  const Priorities priorities = OneFourNine();
  Arrays arrays;
  priorities.Save("r.", arrays);
  Priorities other(4, 0.5, 1e-12);
  other.Load("r.", arrays);
  Rng rng(3, "draws"), same(3, "draws");
  EXPECT_EQ(other.Draw(50, rng), priorities.Draw(50, same));
  other.Enter(2);
  EXPECT_NEAR(other.Of(2), 9, 1e-9);
  Priorities larger(5, 0.5, 1e-12);
  EXPECT_THROW(larger.Load("r.", arrays), Error);
  EXPECT_THROW(other.Load("s.", arrays), Error);
}

}  // namespace
}  // namespace lerl
