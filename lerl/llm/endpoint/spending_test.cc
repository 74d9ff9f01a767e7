#include "lerl/llm/endpoint/spending.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

#include "lerl/testing/endpoint_questions.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

TEST(Spending, PricesAreOfAMillionTokens) {
  Spending spending({.prices = {0.15, 0.6}});
  ASSERT_TRUE(spending.Reserve({500, 10}));
  spending.Settle({500, 10}, {400, 5});
  EXPECT_DOUBLE_EQ(spending.cost(), 400 * 0.15e-6 + 5 * 0.6e-6);
  EXPECT_EQ(spending.used().input, 400);
}

TEST(Spending, RequestsInFlightCannotOverrunTheBudgetTogether) {
  Spending spending({.prices = {1, 0}, .budget = 0.001});  // 1000 tokens
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

TEST(Spending, RequestsMayBeTheBudgetAndAnAnswerGivesNoneBack) {
  Spending spending({.budget_requests = 2, .url = "http://a/v1"});
  EXPECT_TRUE(spending.Reserve({5, 5}));
  spending.Settle({5, 5}, {});
  EXPECT_TRUE(spending.Reserve({5, 5}));
  EXPECT_FALSE(spending.Reserve({0, 0}));
  EXPECT_EQ(spending.requests(), 2);
  EXPECT_EQ(spending.exhausted(),
            "the budget of 2 requests of http://a/v1 is used up; raise "
            "planner.llm.endpoint.url_requests to go on");
}

TEST(Spending, CountsEachRequestByThePricesOfItsServer) {
  Spending spending({.prices = {1, 2}, .budget = 0.004});
  EXPECT_TRUE(spending.Reserve({1000, 0}));                  // 0.001
  EXPECT_TRUE(spending.Reserve({1000, 100}, Prices{2, 5}));  // 0.002 and 0.0005
  EXPECT_DOUBLE_EQ(spending.cost(), 0.0035);
  spending.Settle({1000, 100}, {500, 100}, Prices{2, 5});
  EXPECT_DOUBLE_EQ(spending.cost(), 0.0025);
  EXPECT_EQ(spending.used().input, 1500);
  EXPECT_FALSE(spending.Reserve({1000, 0}, Prices{2, 5}));  // would be 0.0045
  EXPECT_EQ(spending.used().input, 1500);
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

// A budget for ten questions as they are reserved, 1 a token, of which nothing is spent yet.
EndpointConfig TenQuestions(const StubEndpoint& server) {
  ForgetSpending();
  EndpointConfig config = ImpatientConfig({server.url()});
  config.price_input = 1e6;
  config.budget = 10.5 * static_cast<double>(EstimateTokens(NumberedQuestion(1)).input);
  return config;
}

TEST(SpendingOfAnEndpoint, StaysWithinItsBudget) {
  const StubEndpoint server([](const StubRequest&) { return GoodReply(); });
  const EndpointConfig config = TenQuestions(server);
  EndpointClient client(config);
  int64_t answered = 0;
  for (const ChatAnswer& answer : client.Ask(50, NumberedQuestion)) {
    answered += answer.answered ? 1 : 0;
    EXPECT_EQ(answer.error, answer.answered ? "" : "the budget is used up");
  }
  EXPECT_EQ(answered, 10);
  EXPECT_EQ(server.requests(), answered);
  EXPECT_DOUBLE_EQ(client.spending().cost(), 10 * 100.0);  // as the server counts
  EXPECT_THAT(client.Exhausted(), HasSubstr("raise planner.llm.endpoint.budget"));
}

TEST(SpendingOfAnEndpoint, ClientsOfOneProcessShareTheirBudget) {
  const StubEndpoint server([](const StubRequest&) { return GoodReply(); });
  const EndpointConfig config = TenQuestions(server);
  EndpointClient first(config), second(config);
  for (const ChatAnswer& answer : first.Ask(5, NumberedQuestion)) EXPECT_TRUE(answer.answered);
  second.Ask(50, NumberedQuestion);
  EXPECT_THAT(first.Exhausted(), HasSubstr("raise planner.llm.endpoint.budget"));
  EXPECT_FALSE(EndpointClient(config).Ask(1, NumberedQuestion)[0].answered);
  EXPECT_LE(server.requests(), 10);
  EXPECT_DOUBLE_EQ(first.spending().cost(), 5 * 100.0);  // what each has spent is its own
  EXPECT_LE(first.spending().cost() + second.spending().cost(), config.budget);
}

TEST(SpendingOfAnEndpoint, IsNeverLessThanWhatWasReservedWhateverAServerCounts) {
  for (const char* count :
       {"0", "1", "-1000000", "-9223372036854775808", "null", "[]", "-1e300", "\"12\"", "0.5"}) {
    const std::string body =
        R"({"choices":[{"message":{"content":"A"}}],"usage":{"prompt_tokens":)" +
        std::string(count) + R"(,"completion_tokens":)" + count + "}}";
    const StubEndpoint server([&](const StubRequest&) { return StubReply{.body = body}; });
    EndpointClient client(TenQuestions(server));
    client.Ask(50, NumberedQuestion);
    EXPECT_EQ(server.requests(), 10) << count;
    EXPECT_GE(client.spending().cost(), 0) << count;
  }
  for (const char* count : {"1e300", "9223372036854775807", "18446744073709551615", "999999"}) {
    const std::string body =
        R"({"choices":[{"message":{"content":"A"}}],"usage":{"prompt_tokens":)" +
        std::string(count) + R"(,"completion_tokens":)" + count + "}}";
    const StubEndpoint server([&](const StubRequest&) { return StubReply{.body = body}; });
    EndpointConfig config = TenQuestions(server);
    config.concurrency = 1;
    EndpointClient client(config);
    client.Ask(50, NumberedQuestion);
    EXPECT_EQ(server.requests(), 1) << count;
    EXPECT_GT(client.spending().cost(), config.budget) << count;
  }
}

}  // namespace
}  // namespace lerl
