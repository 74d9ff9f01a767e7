#include "lerl/llm/endpoint/endpoint_probes.h"

#include <gmock/gmock.h>

#include "lerl/testing/endpoint_questions.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

// Pages of a llama-server with `slots` of `context` tokens.
StubEndpoint::Pages PagesOf(int64_t context, int64_t slots) {
  return [=](const std::string& path) {
    if (path != "/props") return StubReply{.status = 404};
    return StubReply{.body =
                         "{\"default_generation_settings\":{\"n_ctx\":" + std::to_string(context) +
                         "},\"total_slots\":" + std::to_string(slots) + "}"};
  };
}

StubReply WithGoodReply(const StubRequest&) { return GoodReply(); }

// What a client knows of a server with these pages after a question.
EndpointUsage AfterAQuestion(const StubEndpoint& server) {
  EndpointClient client(ImpatientConfig({server.url()}));
  EXPECT_TRUE(client.Ask(1, NumberedQuestion)[0].answered);
  return client.Endpoints().at(0);
}

TEST(EndpointProbes, ReadTheFirstPagesOfEachServerOnce) {
  const StubEndpoint server(WithGoodReply, 0, PagesOf(1024, 4));
  EndpointClient client(ImpatientConfig({server.url()}));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(client.Ask(1, NumberedQuestion)[0].answered);
  EXPECT_EQ(client.Endpoints().at(0).context, 1024);
  EXPECT_EQ(client.Endpoints().at(0).slots, 4);
  EXPECT_EQ(server.page_visits(), 2);
}

TEST(EndpointProbes, ReadTheFurtherPagesWhereTheFirstNameNoContext) {
  const StubEndpoint server(WithGoodReply, 0, [](const std::string& path) {
    return path == "/slots" ? StubReply{.body = R"([{"n_ctx":256},{"n_ctx":256}])"}
                            : StubReply{.status = 404};
  });
  const EndpointUsage usage = AfterAQuestion(server);
  EXPECT_EQ(usage.context, 256);
  EXPECT_EQ(usage.slots, 2);
  EXPECT_EQ(server.page_visits(), 4);
}

TEST(EndpointProbes, HoldNoQuestionUpLongerThanAPageMayTake) {
  const StubEndpoint server(WithGoodReply, 0,
                            [](const std::string&) { return StubReply{.delay = 30}; });
  EndpointConfig config = ImpatientConfig({server.url()});
  config.timeout = 0.2;
  EndpointClient client(config);
  const double start = SteadySeconds();
  EXPECT_TRUE(client.Ask(1, NumberedQuestion)[0].answered);
  EXPECT_LT(SteadySeconds() - start, 5);
  EXPECT_EQ(client.Endpoints().at(0).context, 0);
}

TEST(EndpointProbes, AreNotMadeWhereTheyAreNotWanted) {
  const StubEndpoint server(WithGoodReply, 0, PagesOf(16, 1));
  EndpointConfig config = ImpatientConfig({server.url()});
  config.probe = false;
  EndpointClient client(config);
  EXPECT_TRUE(client.Ask(1, NumberedQuestion)[0].answered);
  EXPECT_EQ(server.page_visits(), 0);
}

// A server that loads its model answers 503, also to questions.
TEST(EndpointProbes, BringAServerBackOnceItAnswersItsPages) {
  std::atomic<bool> loads = true;
  std::atomic<int64_t> asked = 0;
  const StubEndpoint server(
      [&](const StubRequest&) {
        ++asked;
        return loads ? StubReply{.status = 503} : GoodReply();
      },
      0,
      [&](const std::string& path) {
        return loads ? StubReply{.status = 503} : PagesOf(512, 1)(path);
      });
  EndpointConfig config = ImpatientConfig({server.url()});
  config.cool_down = 0.05;
  EndpointClient client(config);
  EXPECT_FALSE(client.Ask(3, NumberedQuestion)[0].answered);
  const int64_t before = asked;
  for (int i = 0; i < 5; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    EXPECT_FALSE(client.Ask(1, NumberedQuestion)[0].answered);
  }
  EXPECT_EQ(asked, before);  // probes alone were in vain
  loads = false;
  bool answered = false;
  for (int i = 0; i < 600 && !answered; ++i) {
    answered = client.Ask(1, NumberedQuestion)[0].answered;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_TRUE(answered);
  EXPECT_EQ(client.Endpoints().at(0).returns, 1);
  EXPECT_EQ(client.Endpoints().at(0).context, 512);
}

// A question of this many bytes, 4 of which make a token of a stub.
ChatQuestion OfLength(size_t bytes) {
  return {.prompt = MarkedChat("", std::string(bytes, 'x')), .max_tokens = 2};
}

// A server that refuses what is longer than its context, as it counts.
StubEndpoint::Handler Refuser(size_t bytes, int64_t context) {
  return [=](const StubRequest& request) {
    if (request.body.size() < bytes) return GoodReply();
    return StubReply{.status = 400,
                     .body = R"({"error":{"message":"request (9 tokens) exceeds the available )"
                             R"(context size","type":"exceed_context_size_error","n_ctx":)" +
                             std::to_string(context) + "}}"};
  };
}

TEST(ContextOfAClient, SendsAPromptWhereItFits) {
  const StubEndpoint small(WithGoodReply, 0, PagesOf(512, 4)),
      large(WithGoodReply, 0, PagesOf(4096, 4));
  EndpointConfig config = ImpatientConfig({small.url(), large.url()});
  config.routing = "queue";
  EndpointClient client(config);
  const auto answers = client.Ask(20, [](size_t i) { return OfLength(i % 2 == 0 ? 40 : 6000); });
  for (const ChatAnswer& answer : answers) EXPECT_TRUE(answer.answered);
  EXPECT_GE(large.requests(), 10);
  EXPECT_GT(small.requests(), 0);
  EXPECT_EQ(client.retries(), 0);
}

TEST(ContextOfAClient, SendsWhatAServerRefusesForItsLengthToOneWithMore) {
  const StubEndpoint small(Refuser(600, 100)), large(WithGoodReply);
  EndpointConfig config = ImpatientConfig({small.url(), large.url()});
  config.retries = 0;
  EndpointClient client(config);
  for (const ChatAnswer& answer : client.Ask(10, [](size_t) { return OfLength(1000); }))
    EXPECT_TRUE(answer.answered) << answer.error;
  EXPECT_EQ(large.requests(), 10);
  EXPECT_EQ(client.Endpoints().at(0).context, 100);
  EXPECT_EQ(client.Exhausted(), "");
}

TEST(ContextOfAClient, APromptThatFitsNowhereIsAnErrorThatSaysSo) {
  const StubEndpoint one(Refuser(600, 100)), two(Refuser(600, 200));
  EndpointClient client(ImpatientConfig({one.url(), two.url()}));
  ::testing::internal::CaptureStderr();
  for (const ChatAnswer& answer : client.Ask(5, [](size_t) { return OfLength(1000); })) {
    EXPECT_FALSE(answer.answered);
    EXPECT_EQ(answer.error, "the prompt fits no server's context");
  }
  EXPECT_THAT(client.LatestFailure(), AllOf(HasSubstr("at most 200"), HasSubstr("--ctx-size")));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("at most 200"));
  EXPECT_TRUE(client.Ask(1, [](size_t) { return OfLength(40); })[0].answered);
}

TEST(ContextOfAClient, WhatIsSurelyTooLongIsNotSent) {
  const StubEndpoint server(WithGoodReply, 0, PagesOf(100, 1));
  EndpointClient client(ImpatientConfig({server.url()}));
  const ChatAnswer answer = client.Ask(1, [](size_t) { return OfLength(4000); })[0];
  EXPECT_EQ(answer.error, "the prompt fits no server's context");
  EXPECT_EQ(server.requests(), 0);
}

}  // namespace
}  // namespace lerl
