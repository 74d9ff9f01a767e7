#include "lerl/eval/quantiles.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(Quantiles, OfStudentAgreeWithPublishedTables) {
  EXPECT_NEAR(StudentQuantile(0.95, 1), 12.7062, 5e-5);
  EXPECT_NEAR(StudentQuantile(0.95, 2), 4.30265, 5e-6);
  EXPECT_NEAR(StudentQuantile(0.95, 4), 2.77645, 5e-6);
  EXPECT_NEAR(StudentQuantile(0.95, 9), 2.26216, 5e-6);
  EXPECT_NEAR(StudentQuantile(0.95, 1000), 1.96234, 5e-6);
}

TEST(Quantiles, OfTheNormalDistributionAgreeWithPublishedTables) {
  EXPECT_NEAR(NormalQuantile(0.6), 0.841621, 5e-7);
  EXPECT_NEAR(NormalQuantile(0.95), 1.959964, 5e-7);
  EXPECT_NEAR(NormalQuantile(0.999), 3.290527, 5e-7);
}

}  // namespace
}  // namespace lerl
