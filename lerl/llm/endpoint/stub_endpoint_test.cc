#include "lerl/llm/endpoint/stub_endpoint.h"

#include <gmock/gmock.h>

#include "lerl/base/error.h"
#include "lerl/llm/endpoint/chat_api.h"
#include "lerl/llm/endpoint/http_transfer.h"

namespace lerl {
namespace {

TEST(StubEndpoint, HearsWhatIsAskedAndAnswersAfterItsDelay) {
  std::string head, body;
  StubEndpoint server([&](const StubRequest& request) {
    head = request.head;
    body = request.body;
    return StubReply{.status = 418, .body = "tea", .delay = 0.05};
  });
  HttpTransfer transfer;
  const double start = SteadySeconds();
  transfer.Start(1, {.url = server.url() + "/x", .headers = {"A: b"}, .body = "hello"});
  const auto ended = transfer.Run(5);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_GE(SteadySeconds() - start, 0.045);
  EXPECT_EQ(ended[0].second.status, 418);
  EXPECT_EQ(ended[0].second.body, "tea");
  EXPECT_EQ(body, "hello");
  EXPECT_THAT(head, ::testing::AllOf(::testing::StartsWith("POST /v1/x HTTP/1.1"),
                                     ::testing::HasSubstr("A: b")));
}

TEST(StubEndpoint, ServesManyAtOnceOverKeptConnections) {
  StubEndpoint server(
      [](const StubRequest& request) { return StubReply{.body = request.body, .delay = 0.05}; });
  HttpTransfer transfer;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 100; ++i)
      transfer.Start(i, {.url = server.url(), .headers = {}, .body = std::to_string(i)});
    while (transfer.in_flight() > 0) {
      for (const auto& [id, response] : transfer.Run(5))
        EXPECT_EQ(response.body, std::to_string(id));
    }
  }
  EXPECT_EQ(server.requests(), 200);
  EXPECT_GT(server.most_in_flight(), 50);
}

TEST(StubEndpoint, ShowsItsPagesAndCountsThemApart) {
  StubEndpoint server([](const StubRequest&) { return StubReply{}; }, 0,
                      [](const std::string& path) { return StubReply{.body = "page " + path}; });
  StubEndpoint bare([](const StubRequest&) { return StubReply{}; });
  HttpTransfer transfer;
  const auto page_of = [&](const StubEndpoint& of) {
    transfer.Start(1, {.url = of.url() + "/x?y=1", .headers = {}, .body = "", .get = true});
    return transfer.Run(5).at(0).second;
  };
  EXPECT_EQ(page_of(server).body, "page /v1/x");
  EXPECT_EQ(page_of(bare).status, 404);
  EXPECT_EQ(server.requests(), 0);
  EXPECT_EQ(server.page_visits(), 1);
}

TEST(StubEndpoint, RefusesAPortThatIsTaken) {
  const StubEndpoint one([](const StubRequest&) { return StubReply{}; });
  EXPECT_THROW(StubEndpoint([](const StubRequest&) { return StubReply{}; }, one.port()), Error);
}

TEST(StubAnswer, IsAChatCompletion) {
  const ChatAnswer answer = ParseChatAnswer(StubAnswer("B", R"([{"token":"B","logprob":-0.5}])"));
  EXPECT_EQ(answer.text, "B");
  ASSERT_EQ(answer.logprobs.size(), 1U);
  EXPECT_EQ(answer.used.input, 100);
  EXPECT_EQ(answer.used.output, 2);
}

}  // namespace
}  // namespace lerl
