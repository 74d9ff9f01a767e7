#include "lerl/llm/endpoint/spending.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

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

TEST(Spending, IsOneOfAProcessForTheSameServersAndBudget) {
  ForgetSpending();
  EndpointConfig config;
  config.urls = {"http://localhost/v1"};
  config.budget_tokens = 100;
  const auto first = SpendingOf(config);
  config.concurrency = 3;  // has nothing to do with money
  const auto second = SpendingOf(config);
  EXPECT_TRUE(first->Reserve({60, 0}));
  EXPECT_EQ(second->used().input, 60);
  EXPECT_FALSE(second->Reserve({60, 0}));
  EXPECT_NE(first->exhausted(), "");
  config.model = "another";
  EXPECT_TRUE(SpendingOf(config)->Reserve({60, 0}));
  config.model = "default";
  ForgetSpending();
  EXPECT_EQ(SpendingOf(config)->used().input, 0);
  EXPECT_EQ(first->used().input, 60);
}

TEST(Spending, ThreadsKeepToItTogether) {
  Spending spending({.budget_tokens = 1000});
  std::atomic<int> reserved = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) reserved += spending.Reserve({1, 0}) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(reserved, 1000);
  EXPECT_EQ(spending.used().input, 1000);
}

}  // namespace
}  // namespace lerl
