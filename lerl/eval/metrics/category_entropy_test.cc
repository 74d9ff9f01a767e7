#include "lerl/eval/metrics/category_entropy.h"

#include <gtest/gtest.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

TEST(CategoryEntropy, AgreesWithHandComputedValues) {
  const Dataset dataset = DatasetOf({{0}, {1}, {0, 1}, {}}, 2, 3);
  const SessionLog log = LogOf({{{0}, {0}}, {{0}, {1}}, {{2}, {3}}}, 2);
  const SessionValues values = CategoryEntropy(log, {dataset, {}});
  EXPECT_DOUBLE_EQ(values.numerator[0], 0);
  EXPECT_DOUBLE_EQ(values.numerator[1], 1);
  EXPECT_DOUBLE_EQ(values.numerator[2], 1.5);  // shares 1/4, 1/4, and 1/2 without a category
}

}  // namespace
}  // namespace lerl
