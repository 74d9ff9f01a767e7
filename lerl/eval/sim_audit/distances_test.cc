#include "lerl/eval/sim_audit/distances.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lerl {
namespace {

// F steps at 1, 2, 3, 4 by a quarter, G at 3 and 5 by a half. |F - G| is 1/4, 1/2, 1/4, 1/2 on
// [1, 2), [2, 3), [3, 4), [4, 5).
TEST(Distances, OfFourAndTwoValuesByHand) {
  EXPECT_DOUBLE_EQ(KolmogorovSmirnov({4, 1, 3, 2}, {5, 3}), 0.5);
  EXPECT_DOUBLE_EQ(Wasserstein({4, 1, 3, 2}, {5, 3}), 0.25 + 0.5 + 0.25 + 0.5);
}

TEST(Distances, OfASampleToItselfAreNothing) {
  EXPECT_DOUBLE_EQ(KolmogorovSmirnov({1, 2, 2}, {2, 1, 2}), 0);
  EXPECT_DOUBLE_EQ(Wasserstein({1, 2, 2}, {2, 1, 2}), 0);
  EXPECT_DOUBLE_EQ(TotalVariation({1, 2}, {2, 1}), 0);
  EXPECT_DOUBLE_EQ(JensenShannon({1, 2}, {2, 1}), 0);
}

TEST(Distances, MovedByTwoIsAWassersteinDistanceOfTwo) {
  EXPECT_DOUBLE_EQ(Wasserstein({0, 1, 5}, {2, 3, 7}), 2);
}

// p = (1/2, 1/2, 0), q = (1/2, 0, 1/2).
TEST(Distances, OfSharesByHand) {
  EXPECT_DOUBLE_EQ(TotalVariation({0, 1}, {0, 2}), 0.5);
  // The middle is (1/2, 1/4, 1/4): 1.5 bits, less 1 bit.
  EXPECT_DOUBLE_EQ(JensenShannon({0, 1}, {0, 2}), 0.5);
  EXPECT_DOUBLE_EQ(TotalVariation({0, 0}, {1}), 1);
  EXPECT_DOUBLE_EQ(JensenShannon({0, 0}, {1}), 1);
}

TEST(Distances, OfNothingAreNotANumber) {
  EXPECT_TRUE(std::isnan(KolmogorovSmirnov({}, {1})));
  EXPECT_TRUE(std::isnan(TotalVariation({1}, {})));
}

}  // namespace
}  // namespace lerl
