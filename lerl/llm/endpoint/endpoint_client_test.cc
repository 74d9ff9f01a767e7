// Tests of the client against servers that fail in the ways that servers do.

#include "lerl/llm/endpoint/endpoint_client.h"

#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <thread>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/stop.h"
#include "lerl/llm/endpoint/stub_endpoint.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kKey[] = "sk-test-0123456789";

EndpointConfig EndpointClientTestConfigFor(const std::vector<std::string>& urls) {
  EndpointConfig config;
  config.urls = urls;
  config.timeout = 1;
  config.deadline = 5;
  config.backoff = 0.01;
  config.cool_down = 0.3;
  return config;
}

ChatQuestion Question(size_t i) {
  return {.prompt = MarkedChat("Plan.", "question " + std::to_string(i)), .max_tokens = 2};
}

StubReply Good() { return {.body = StubAnswer("A")}; }

// One question, to a server whose first `bad` replies are `reply`.
struct Outcome {
  ChatAnswer answer;
  int64_t requests, retries;
  double seconds;
};
Outcome AskAfter(int bad, const StubReply& reply,
                 EndpointConfig config = EndpointClientTestConfigFor({})) {
  const StubEndpoint server(
      [&](const StubRequest& request) { return request.number < bad ? reply : Good(); });
  config.urls = {server.url()};
  EndpointClient client(config);
  const double start = SteadySeconds();
  std::vector<ChatAnswer> answers = client.Ask(1, Question);
  return {answers.at(0), server.requests(), client.retries(), SteadySeconds() - start};
}

TEST(EndpointClient, AnswersStandInTheOrderOfTheQuestions) {
  const StubEndpoint server([](const StubRequest& request) {
    const size_t at = request.body.find("question ") + 9;
    const int i = std::stoi(request.body.substr(at));
    return StubReply{.body = StubAnswer(std::to_string(i)), .delay = i % 3 * 0.01};
  });
  EndpointConfig config = EndpointClientTestConfigFor({server.url()});
  config.concurrency = 16;
  EndpointClient client(config);
  const std::vector<ChatAnswer> answers = client.Ask(200, Question);
  ASSERT_EQ(answers.size(), 200U);
  for (size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i].text, std::to_string(i));
  EXPECT_LE(server.most_in_flight(), 16);
  EXPECT_GT(server.most_in_flight(), 4);
  EXPECT_EQ(client.spending().used().input, 200 * 100);
  EXPECT_TRUE(client.Ask(0, Question).empty());
}

TEST(EndpointClient, TriesAgainAfterFailuresThatMayPass) {
  for (const StubReply& reply : std::vector<StubReply>{{.status = 500, .body = "oops"},
                                                       {.status = 503},
                                                       {.status = 429},
                                                       {.body = StubAnswer("A"), .cut_after = 20},
                                                       {.body = StubAnswer("A"), .cut_after = 0},
                                                       {.body = "{\"choices\": [{\"mess"},
                                                       {.body = "<html>a proxy</html>"}}) {
    const Outcome outcome = AskAfter(2, reply);
    EXPECT_TRUE(outcome.answer.answered) << reply.status << " " << reply.body;
    EXPECT_EQ(outcome.answer.text, "A");
    EXPECT_EQ(outcome.requests, 3);
    EXPECT_EQ(outcome.retries, 2);
  }
}

TEST(EndpointClient, ASlowAnswerIsAskedForAgain) {
  EndpointConfig config = EndpointClientTestConfigFor({});
  config.timeout = 0.2;
  const Outcome outcome = AskAfter(1, {.body = StubAnswer("late"), .delay = 3}, config);
  EXPECT_EQ(outcome.answer.text, "A");
  EXPECT_LT(outcome.seconds, 2);
}

TEST(EndpointClient, WaitsAsLongAsTheServerAsks) {
  const Outcome outcome = AskAfter(1, {.status = 429, .headers = {"Retry-After: 1"}});
  EXPECT_EQ(outcome.answer.text, "A");
  EXPECT_GE(outcome.seconds, 0.95);
}

TEST(EndpointClient, APauseLongerThanTheDeadlineIsTakenForDown) {
  const StubEndpoint server([](const StubRequest& request) {
    return request.number > 0 ? Good() : StubReply{.status = 429, .headers = {"Retry-After: 2"}};
  });
  EndpointConfig config = EndpointClientTestConfigFor({server.url()});
  config.deadline = 0.5;
  config.concurrency = 1;  // the other questions are never sent
  EndpointClient client(config);
  ::testing::internal::CaptureStderr();
  const double start = SteadySeconds();
  for (int call = 0; call < 2; ++call) {
    for (const ChatAnswer& answer : client.Ask(20, Question)) {
      EXPECT_FALSE(answer.answered);
      EXPECT_EQ(answer.error, "no endpoint answers: HTTP 429");
    }
  }
  EXPECT_LT(SteadySeconds() - start, 0.5);
  EXPECT_EQ(server.requests(), 1);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("asks for a pause of 2 s"));
  std::this_thread::sleep_for(std::chrono::duration<double>(start + 2.2 - SteadySeconds()));
  for (const ChatAnswer& answer : client.Ask(20, Question)) EXPECT_TRUE(answer.answered);
}

TEST(EndpointClient, AnotherServerTakesOverFromOneThatAsksForALongPause) {
  const StubEndpoint paused([](const StubRequest&) {
    return StubReply{.status = 503, .headers = {"Retry-After: 86400"}};
  });
  const StubEndpoint server([](const StubRequest&) { return Good(); });
  EndpointClient client(EndpointClientTestConfigFor({paused.url(), server.url()}));
  for (const ChatAnswer& answer : client.Ask(50, Question)) EXPECT_TRUE(answer.answered);
}

TEST(EndpointClient, QuestionsThatWereNeverSentHaveADeadlineToo) {
  const StubEndpoint server(
      [](const StubRequest&) { return StubReply{.status = 429, .headers = {"Retry-After: 1"}}; });
  EndpointConfig config = EndpointClientTestConfigFor({server.url()});
  config.deadline = 1.5;
  config.concurrency = 1;
  EndpointClient client(config);
  const double start = SteadySeconds();
  const std::vector<ChatAnswer> answers = client.Ask(5, Question);
  EXPECT_LT(SteadySeconds() - start, 2.5);
  EXPECT_EQ(answers[0].error, "deadline: HTTP 429");
  EXPECT_EQ(answers[4].error, "deadline: no endpoint was free");
}

TEST(EndpointClient, ALineThatMovesMayTakeLongerThanTheDeadline) {
  const StubEndpoint server(
      [](const StubRequest&) { return StubReply{.body = StubAnswer("A"), .delay = 0.2}; });
  EndpointConfig config = EndpointClientTestConfigFor({server.url()});
  config.deadline = 0.6;
  config.concurrency = 1;
  EndpointClient client(config);
  for (const ChatAnswer& answer : client.Ask(6, Question)) EXPECT_EQ(answer.error, "");
}

// In a process of its own, which is asked to stop. Exit code 0 if all is as it should be.
void AskWhileStopping() {
  const StubEndpoint server([](const StubRequest& request) {
    return request.number > 0 ? Good() : StubReply{.status = 429, .headers = {"Retry-After: 5"}};
  });
  EndpointConfig config = EndpointClientTestConfigFor({server.url()});
  config.deadline = 60;
  config.concurrency = 1;
  EndpointClient client(config);
  InstallStopHandler();
  std::thread user([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    std::raise(SIGINT);
  });
  const double start = SteadySeconds();
  const std::vector<ChatAnswer> answers = client.Ask(5, Question);
  user.join();
  if (SteadySeconds() - start > 2.5) std::_Exit(1);
  for (const ChatAnswer& answer : answers)
    if (answer.answered || answer.error != "stopped by request") std::_Exit(2);
  const StubEndpoint healthy([](const StubRequest&) { return Good(); });
  EndpointClient goes_on(EndpointClientTestConfigFor({healthy.url()}));
  for (const ChatAnswer& answer : goes_on.Ask(50, Question))
    if (!answer.answered) std::_Exit(3);
  std::_Exit(0);
}

TEST(EndpointClient, AStopRequestEndsThePauseButNotTheAnswers) {
  EXPECT_EXIT(AskWhileStopping(), ::testing::ExitedWithCode(0), "");
}

TEST(EndpointClient, GivesUpAfterItsRetriesItsDeadlineOrAPlainNo) {
  EndpointConfig config = EndpointClientTestConfigFor({});
  config.retries = 1;
  const Outcome tired = AskAfter(9, {.status = 500}, config);
  EXPECT_FALSE(tired.answer.answered);
  EXPECT_EQ(tired.answer.error, "HTTP 500");
  EXPECT_EQ(tired.requests, 2);

  const Outcome late = AskAfter(9, {.status = 429, .headers = {"Retry-After: 5"}});
  EXPECT_EQ(late.answer.error, "deadline: HTTP 429");
  EXPECT_LT(late.seconds, 2);

  const Outcome refused = AskAfter(9, {.status = 401, .body = R"({"error":{"message":"no"}})"});
  EXPECT_EQ(refused.answer.error, "HTTP 401");
  EXPECT_EQ(refused.answer.status, 401);
  EXPECT_EQ(refused.requests, 1);
}

TEST(EndpointClient, AServerThatDiesIsLeftAloneUntilItComesBack) {
  const auto reply = [](const StubRequest&) { return Good(); };
  auto server = std::make_unique<StubEndpoint>(reply);
  const int port = server->port();
  EndpointConfig config = EndpointClientTestConfigFor({server->url()});
  EndpointClient client(config);
  EXPECT_TRUE(client.Ask(4, Question)[3].answered);

  server.reset();
  std::vector<ChatAnswer> answers = client.Ask(20, Question);
  for (const ChatAnswer& answer : answers) {
    EXPECT_FALSE(answer.answered);
    EXPECT_NE(answer.error, "");
  }
  const double start = SteadySeconds();
  answers = client.Ask(500, Question);  // while it is down, questions are given up at once
  EXPECT_LT(SteadySeconds() - start, 0.25);
  EXPECT_EQ(answers[0].error, "no endpoint answers: Couldn't connect to server");

  server = std::make_unique<StubEndpoint>(reply, port);
  std::this_thread::sleep_for(std::chrono::duration<double>(config.cool_down));
  for (const ChatAnswer& answer : client.Ask(20, Question)) EXPECT_TRUE(answer.answered);
}

TEST(EndpointClient, AnotherServerTakesOverFromOneThatIsDead) {
  const StubEndpoint server([](const StubRequest&) { return Good(); });
  const std::string dead = "http://127.0.0.1:" + std::to_string(FreePort()) + "/v1";
  EndpointClient client(EndpointClientTestConfigFor({dead, server.url()}));
  for (const ChatAnswer& answer : client.Ask(50, Question)) EXPECT_TRUE(answer.answered);
}

// Of a budget for ten answers of 100 tokens, .0001 each, of which nothing is spent yet.
EndpointConfig TenAnswers(const StubEndpoint& server) {
  ForgetSpending();
  EndpointConfig config = EndpointClientTestConfigFor({server.url()});
  config.price_input = 1;
  config.budget = 0.00105;
  config.concurrency = 1;  // more in flight reserve what they end up not spending
  return config;
}

TEST(EndpointClient, SpendsNoMoreThanItsBudget) {
  const StubEndpoint server([](const StubRequest&) { return Good(); });
  const EndpointConfig config = TenAnswers(server);
  EndpointClient client(config);
  int64_t answered = 0;
  for (const ChatAnswer& answer : client.Ask(50, Question)) {
    answered += answer.answered ? 1 : 0;
    EXPECT_EQ(answer.error, answer.answered ? "" : "the budget is used up");
  }
  EXPECT_GE(answered, 9);
  EXPECT_EQ(server.requests(), answered);
  EXPECT_LE(client.spending().cost(), config.budget);
  EXPECT_THAT(client.Exhausted(), HasSubstr("raise planner.llm.endpoint.budget"));
}

TEST(EndpointClient, ClientsOfOneProcessShareTheirBudget) {
  const StubEndpoint server([](const StubRequest&) { return Good(); });
  const EndpointConfig config = TenAnswers(server);
  EndpointClient first(config), second(config);
  for (const ChatAnswer& answer : first.Ask(5, Question)) EXPECT_TRUE(answer.answered);
  second.Ask(50, Question);
  EXPECT_THAT(first.Exhausted(), HasSubstr("raise planner.llm.endpoint.budget"));
  EXPECT_FALSE(EndpointClient(config).Ask(1, Question)[0].answered);
  EXPECT_LE(server.requests(), 10);
  EXPECT_DOUBLE_EQ(first.spending().cost(), 5 * 0.0001);  // what each has spent is its own
  EXPECT_LE(first.spending().cost() + second.spending().cost(), config.budget);
}

TEST(EndpointClient, KeepsToTheRateOfRequests) {
  const StubEndpoint server([](const StubRequest&) { return Good(); });
  EndpointConfig config = EndpointClientTestConfigFor({server.url()});
  config.requests_per_second = 20;
  EndpointClient client(config);
  const double start = SteadySeconds();
  client.Ask(30, Question);
  EXPECT_GE(SteadySeconds() - start, 0.45);  // 20 at once, then one in .05 s
}

TEST(EndpointClient, TheKeyIsSentAndShownNowhere) {
  setenv("LERL_TEST_KEY", kKey, 1);
  std::string head;
  const StubEndpoint server([&](const StubRequest& request) {
    head = request.head;
    // A server that gives away what it was sent.
    const std::string text = std::string("wrong key ") + kKey;
    if (request.number == 0) return StubReply{.status = 500, .body = std::string(195, 'x') + kKey};
    if (request.number == 1) return StubReply{.status = 401, .body = text};
    return StubReply{.body = StubAnswer(text)};
  });
  EndpointConfig config = EndpointClientTestConfigFor({server.url()});
  config.api_key_env = "LERL_TEST_KEY";
  ::testing::internal::CaptureStderr();
  EndpointClient client(config);
  std::string shown = client.Ask(1, Question)[0].error;
  const ChatAnswer answer = client.Ask(1, Question)[0];
  shown += answer.text + answer.error + ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(head, HasSubstr(std::string("Authorization: Bearer ") + kKey));
  EXPECT_THAT(shown, HasSubstr("wrong key ***"));
  EXPECT_THAT(shown, Not(HasSubstr(std::string(kKey).substr(0, 5))));
  unsetenv("LERL_TEST_KEY");
}

TEST(EndpointClient, TheKeyIsShownNowhereHoweverAServerSpellsIt) {
  setenv("LERL_TEST_KEY", "sk/secret+0123456789", 1);
  const std::string spelled = R"(sk\/secret\u002B0123456789)";
  const auto answer = [&](const std::string& text) {
    return R"({"choices":[{"message":{"content":")" + text + R"("},"logprobs":{"content":[)" +
           R"({"top_logprobs":[{"token":")" + text + R"(","logprob":-1}]}]}}]})";
  };
  std::vector<StubReply> replies;
  replies.push_back({.status = 401, .body = R"({"error":{"message":"not )" + spelled + "\"}}"});
  replies.push_back({.status = 401, .body = R"({"error":")" + std::string(170, 'x') + spelled});
  replies.push_back({.status = 400, .body = R"({"error":["not )" + spelled + R"("]})"});
  replies.push_back({.body = answer(spelled)});
  replies.push_back({.body = answer(R"(sk\u005cu002fsecret+0123456789)")});  // spelled twice
  const StubEndpoint server(
      [&](const StubRequest& request) { return replies.at(At(request.number)); });
  for (size_t i = 0; i < replies.size(); ++i) {
    EndpointConfig config = EndpointClientTestConfigFor({server.url()});
    config.api_key_env = "LERL_TEST_KEY";
    ::testing::internal::CaptureStderr();
    EndpointClient client(config);
    const ChatAnswer got = client.Ask(1, Question)[0];
    std::string shown = got.text + got.error;
    for (const auto& [token, logprob] : got.logprobs) shown += token;
    shown += ::testing::internal::GetCapturedStderr();
    EXPECT_THAT(shown, HasSubstr(i == 1 ? "xxx***" : "***")) << i;
    EXPECT_THAT(shown, Not(HasSubstr("secret"))) << i;
  }
  unsetenv("LERL_TEST_KEY");
}

TEST(EndpointClient, RefusesSettingsThatCantWork) {
  const auto message = [](const EndpointConfig& config) {
    try {
      const EndpointClient client(config);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConfig);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EndpointConfig config = EndpointClientTestConfigFor({"http://localhost/v1"});
  EXPECT_EQ(message(config), "accepted");
  config.api_key_env = "LERL_NO_SUCH_VARIABLE";
  EXPECT_THAT(message(config), HasSubstr("the environment has no LERL_NO_SUCH_VARIABLE"));
  setenv("LERL_BAD_KEY", "sk-secret\r\nX-Other: 1", 1);
  config.api_key_env = "LERL_BAD_KEY";
  EXPECT_THAT(message(config), AllOf(HasSubstr("LERL_BAD_KEY"), Not(HasSubstr("secret"))));
  unsetenv("LERL_BAD_KEY");
  EXPECT_THAT(message(EndpointClientTestConfigFor({"http://me:secret@host/v1"})),
              AllOf(HasSubstr("entry 1: it holds a user"), Not(HasSubstr("secret"))));
}

}  // namespace
}  // namespace lerl
