#include "lerl/llm/spending.h"

#include <gmock/gmock.h>

namespace lerl {
namespace {

TEST(Spending, PricesAreOfAMillionTokens) {
  Spending spending({.price_input = 0.15, .price_output = 0.6});
  ASSERT_TRUE(spending.Reserve({500, 10}));
  spending.Settle({500, 10}, {400, 5});
  EXPECT_DOUBLE_EQ(spending.cost(), 400 * 0.15e-6 + 5 * 0.6e-6);
  EXPECT_EQ(spending.used().input, 400);
}

TEST(Spending, RequestsInFlightCannotOverrunTheBudgetTogether) {
  Spending spending({.price_input = 1, .budget = 0.001});  // 1000 tokens
  EXPECT_TRUE(spending.Reserve({400, 0}));
  EXPECT_TRUE(spending.Reserve({400, 0}));
  EXPECT_FALSE(spending.Reserve({400, 0}));
  EXPECT_THAT(spending.exhausted(), ::testing::HasSubstr("planner.llm.endpoint.budget "));
  spending.Settle({400, 0}, {100, 0});
  EXPECT_FALSE(spending.Reserve({1, 0}));  // once used up, it stays so
  EXPECT_LE(spending.cost(), 0.001);
}

TEST(Spending, TokensMayBeTheBudget) {
  Spending spending({.budget_tokens = 10});
  EXPECT_TRUE(spending.Reserve({5, 5}));
  EXPECT_FALSE(spending.Reserve({1, 0}));
  EXPECT_THAT(spending.exhausted(), ::testing::HasSubstr("10 tokens"));
}

TEST(Spending, WithoutABudgetNothingIsRefused) {
  Spending spending({});
  EXPECT_TRUE(spending.Reserve({1LL << 50, 1LL << 50}));
  EXPECT_EQ(spending.exhausted(), "");
}

}  // namespace
}  // namespace lerl
