#include "lerl/llm/endpoint/endpoint_accounts.h"

#include <gmock/gmock.h>

#include "lerl/base/error.h"
#include "lerl/testing/endpoint_questions.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;
using Reserved = EndpointAccounts::Result;

EndpointConfig TwoServers() {
  ForgetSpending();
  EndpointConfig config;
  config.urls = {"http://a/v1", "http://b/v1"};
  return config;
}

TEST(EndpointAccounts, EndTheServerWhoseBudgetIsUsedUpAndThenAll) {
  EndpointConfig config = TwoServers();
  config.url_tokens = {100, 200};
  EndpointAccounts accounts(config);
  EXPECT_EQ(accounts.Reserve(0, {60, 0}), Reserved::kReserved);
  EXPECT_EQ(accounts.Reserve(0, {60, 0}), Reserved::kServerUsedUp);
  EXPECT_EQ(accounts.Reserve(1, {60, 0}), Reserved::kReserved);
  EXPECT_EQ(accounts.exhausted(), "");
  EXPECT_THAT(accounts.exhausted(0), HasSubstr("100 tokens of http://a/v1 is used up"));
  EXPECT_EQ(accounts.Reserve(1, {600, 0}), Reserved::kServerUsedUp);
  EXPECT_THAT(accounts.exhausted(), HasSubstr("raise planner.llm.endpoint.url_tokens"));
}

TEST(EndpointAccounts, TheBudgetOfAllIsOverThatOfEach) {
  EndpointConfig config = TwoServers();
  config.budget_tokens = 100;
  config.url_tokens = {80, 0};
  EndpointAccounts accounts(config);
  EXPECT_EQ(accounts.Reserve(0, {60, 0}), Reserved::kReserved);
  EXPECT_EQ(accounts.Reserve(1, {60, 0}), Reserved::kUsedUp);
  EXPECT_THAT(accounts.exhausted(), HasSubstr("raise planner.llm.endpoint.budget_tokens"));
}

TEST(EndpointAccounts, PriceEachRequestAsItsServerDoes) {
  EndpointConfig config = TwoServers();
  config.price_input = 1;
  config.url_prices_input = {1, 3};
  config.url_budgets = {0, 0.0004};
  EndpointAccounts accounts(config);
  for (const int server : {0, 1}) {
    EXPECT_EQ(accounts.Reserve(server, {100, 0}), Reserved::kReserved);
    accounts.Settle(server, {100, 0}, {50, 0});
  }
  EXPECT_DOUBLE_EQ(accounts.own().cost(), 50e-6 + 150e-6);
  EXPECT_DOUBLE_EQ(accounts.own(1).cost(), 150e-6);
  EXPECT_EQ(accounts.Reserve(1, {100, 0}), Reserved::kServerUsedUp);  // the estimates: 600e-6
}

TEST(EndpointAccounts, AreSharedByTheProcessAndReportTheirOwn) {
  EndpointConfig config = TwoServers();
  config.url_requests = {2, 0};
  EndpointAccounts first(config), second(config);
  EXPECT_EQ(first.Reserve(0, {1, 0}), Reserved::kReserved);
  EXPECT_EQ(second.Reserve(0, {1, 0}), Reserved::kReserved);
  EXPECT_EQ(first.Reserve(0, {1, 0}), Reserved::kServerUsedUp);
  EXPECT_EQ(first.own(0).requests(), 1);
}

TEST(EndpointAccounts, WantOneEntryForEachUrl) {
  EndpointConfig config = TwoServers();
  config.url_budgets = {1, 2, 3};
  try {
    const EndpointAccounts accounts(config);
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_THAT(error.what(), HasSubstr("url_budgets: it has 3 entries for 2 urls"));
  }
}

TEST(AccountsOfAClient, ASecondServerTakesOverWhereTheBudgetOfTheFirstEnds) {
  ForgetSpending();
  const StubEndpoint one([](const StubRequest&) { return GoodReply(); });
  const StubEndpoint two([](const StubRequest&) { return GoodReply(); });
  EndpointConfig config = ImpatientConfig({one.url(), two.url()});
  config.url_requests = {7, 20};
  EndpointClient client(config);
  int64_t answered = 0;
  for (const ChatAnswer& answer : client.Ask(50, NumberedQuestion)) {
    answered += answer.answered ? 1 : 0;
    EXPECT_EQ(answer.error, answer.answered ? "" : "the budget is used up");
  }
  EXPECT_EQ(answered, 27);
  EXPECT_EQ(one.requests(), 7);
  EXPECT_EQ(two.requests(), 20);
  EXPECT_THAT(client.Exhausted(), HasSubstr("url_requests"));
}

}  // namespace
}  // namespace lerl
