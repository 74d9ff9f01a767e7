#include "lerl/planner/learned/category_returns.h"

#include <gtest/gtest.h>

#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

TEST(CategoryReturns, AreTheOwnLikesAndWhatCameAfter) {
  const Dataset dataset = TinyDataset();
  OwnedSession session({{0, 1, 2}, {4, 6, 9}}, {{1, 0, 1}, {1, 0, 0}}, {0.5, 0.2F}, 4);
  session.plans[4 + 3] = 0;  // Western was not planned at the second step
  const auto returns = CategoryReturns(dataset, session.View(), 0.5);
  ASSERT_EQ(returns[0].size(), 2U);
  EXPECT_EQ(returns[0][0].category, 0U);
  EXPECT_NEAR(returns[0][0].share, 2.0 / 3, 1e-12);
  EXPECT_NEAR(returns[0][0].value, 0.5 + (0.5 - 2.0 / 3) + 0.5 * 0.2, 1e-6);
  EXPECT_NEAR(returns[0][1].value, 0.5 + (1 - 2.0 / 3) + 0.5 * 0.2, 1e-6);
  ASSERT_EQ(returns[1].size(), 1U);  // item 9 has no category
  EXPECT_EQ(returns[1][0].category, 2U);
  EXPECT_NEAR(returns[1][0].share, 1, 1e-12);
  EXPECT_NEAR(returns[1][0].value, 0.2 + (1 - 1.0 / 3), 1e-6);
}

}  // namespace
}  // namespace lerl
