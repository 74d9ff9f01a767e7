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
#include "lerl/testing/endpoint_questions.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// One question, to a server whose first `bad` replies are `reply`.
struct Outcome {
  ChatAnswer answer;
  int64_t requests, retries;
  double seconds;
};
Outcome AskAfter(int bad, const StubReply& reply, EndpointConfig config = ImpatientConfig({})) {
  const StubEndpoint server(
      [&](const StubRequest& request) { return request.number < bad ? reply : GoodReply(); });
  config.urls = {server.url()};
  EndpointClient client(config);
  const double start = SteadySeconds();
  std::vector<ChatAnswer> answers = client.Ask(1, NumberedQuestion);
  return {answers.at(0), server.requests(), client.retries(), SteadySeconds() - start};
}

TEST(EndpointClient, AnswersStandInTheOrderOfTheQuestions) {
  const StubEndpoint server([](const StubRequest& request) {
    const size_t at = request.body.find("question ") + 9;
    const int i = std::stoi(request.body.substr(at));
    return StubReply{.body = StubAnswer(std::to_string(i)), .delay = i % 3 * 0.01};
  });
  EndpointConfig config = ImpatientConfig({server.url()});
  config.concurrency = 16;
  EndpointClient client(config);
  const std::vector<ChatAnswer> answers = client.Ask(200, NumberedQuestion);
  ASSERT_EQ(answers.size(), 200U);
  for (size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i].text, std::to_string(i));
  EXPECT_LE(server.most_in_flight(), 16);
  EXPECT_GT(server.most_in_flight(), 4);
  EXPECT_EQ(client.spending().used().input, 200 * 100);
  EXPECT_TRUE(client.Ask(0, NumberedQuestion).empty());
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
  EndpointConfig config = ImpatientConfig({});
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
    return request.number > 0 ? GoodReply()
                              : StubReply{.status = 429, .headers = {"Retry-After: 2"}};
  });
  EndpointConfig config = ImpatientConfig({server.url()});
  config.deadline = 0.5;
  config.concurrency = 1;  // the other questions are never sent
  EndpointClient client(config);
  ::testing::internal::CaptureStderr();
  const double start = SteadySeconds();
  for (int call = 0; call < 2; ++call) {
    for (const ChatAnswer& answer : client.Ask(20, NumberedQuestion)) {
      EXPECT_FALSE(answer.answered);
      EXPECT_EQ(answer.error, "no endpoint answers: HTTP 429");
    }
  }
  EXPECT_LT(SteadySeconds() - start, 0.5);
  EXPECT_EQ(server.requests(), 1);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("asks for a pause of 2 s"));
  std::this_thread::sleep_for(std::chrono::duration<double>(start + 2.2 - SteadySeconds()));
  for (const ChatAnswer& answer : client.Ask(20, NumberedQuestion)) EXPECT_TRUE(answer.answered);
}

TEST(EndpointClient, AnotherServerTakesOverFromOneThatAsksForALongPause) {
  const StubEndpoint paused([](const StubRequest&) {
    return StubReply{.status = 503, .headers = {"Retry-After: 86400"}};
  });
  const StubEndpoint server([](const StubRequest&) { return GoodReply(); });
  EndpointClient client(ImpatientConfig({paused.url(), server.url()}));
  for (const ChatAnswer& answer : client.Ask(50, NumberedQuestion)) EXPECT_TRUE(answer.answered);
}

TEST(EndpointClient, QuestionsThatWereNeverSentHaveADeadlineToo) {
  const StubEndpoint server(
      [](const StubRequest&) { return StubReply{.status = 429, .headers = {"Retry-After: 1"}}; });
  EndpointConfig config = ImpatientConfig({server.url()});
  config.deadline = 1.5;
  config.concurrency = 1;
  EndpointClient client(config);
  const double start = SteadySeconds();
  const std::vector<ChatAnswer> answers = client.Ask(5, NumberedQuestion);
  EXPECT_LT(SteadySeconds() - start, 2.5);
  EXPECT_EQ(answers[0].error, "deadline: HTTP 429");
  EXPECT_EQ(answers[4].error, "deadline: no endpoint was free");
}

TEST(EndpointClient, ALineThatMovesMayTakeLongerThanTheDeadline) {
  const StubEndpoint server(
      [](const StubRequest&) { return StubReply{.body = StubAnswer("A"), .delay = 0.2}; });
  EndpointConfig config = ImpatientConfig({server.url()});
  config.deadline = 0.6;
  config.concurrency = 1;
  EndpointClient client(config);
  for (const ChatAnswer& answer : client.Ask(6, NumberedQuestion)) EXPECT_EQ(answer.error, "");
}

// In a process of its own, which is asked to stop. Exit code 0 if all is as it should be.
void AskWhileStopping() {
  const StubEndpoint server([](const StubRequest& request) {
    return request.number > 0 ? GoodReply()
                              : StubReply{.status = 429, .headers = {"Retry-After: 5"}};
  });
  EndpointConfig config = ImpatientConfig({server.url()});
  config.deadline = 60;
  config.concurrency = 1;
  EndpointClient client(config);
  InstallStopHandler();
  std::thread user([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    std::raise(SIGINT);
  });
  const double start = SteadySeconds();
  const std::vector<ChatAnswer> answers = client.Ask(5, NumberedQuestion);
  user.join();
  if (SteadySeconds() - start > 2.5) std::_Exit(1);
  for (const ChatAnswer& answer : answers)
    if (answer.answered || answer.error != "stopped by request") std::_Exit(2);
  const StubEndpoint healthy([](const StubRequest&) { return GoodReply(); });
  EndpointClient goes_on(ImpatientConfig({healthy.url()}));
  for (const ChatAnswer& answer : goes_on.Ask(50, NumberedQuestion))
    if (!answer.answered) std::_Exit(3);
  std::_Exit(0);
}

TEST(EndpointClient, AStopRequestEndsThePauseButNotTheAnswers) {
  EXPECT_EXIT(AskWhileStopping(), ::testing::ExitedWithCode(0), "");
}

TEST(EndpointClient, GivesUpAfterItsRetriesItsDeadlineOrAPlainNo) {
  EndpointConfig config = ImpatientConfig({});
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
  EXPECT_EQ(refused.answer.words.substr(0, 2), "no");
  EXPECT_EQ(refused.requests, 1);
}

TEST(EndpointClient, AServerThatDiesIsLeftAloneUntilItComesBack) {
  const auto reply = [](const StubRequest&) { return GoodReply(); };
  auto server = std::make_unique<StubEndpoint>(reply);
  const int port = server->port();
  EndpointConfig config = ImpatientConfig({server->url()});
  EndpointClient client(config);
  EXPECT_TRUE(client.Ask(4, NumberedQuestion)[3].answered);

  server.reset();
  std::vector<ChatAnswer> answers = client.Ask(20, NumberedQuestion);
  for (const ChatAnswer& answer : answers) {
    EXPECT_FALSE(answer.answered);
    EXPECT_NE(answer.error, "");
  }
  const double start = SteadySeconds();
  answers = client.Ask(500, NumberedQuestion);  // while it is down, questions are given up at once
  EXPECT_LT(SteadySeconds() - start, 0.25);
  EXPECT_EQ(answers[0].error, "no endpoint answers: Couldn't connect to server");

  server = std::make_unique<StubEndpoint>(reply, port);
  std::this_thread::sleep_for(std::chrono::duration<double>(config.cool_down));
  for (const ChatAnswer& answer : client.Ask(20, NumberedQuestion)) EXPECT_TRUE(answer.answered);
}

TEST(EndpointClient, AnotherServerTakesOverFromOneThatIsDead) {
  const StubEndpoint server([](const StubRequest&) { return GoodReply(); });
  const std::string dead = "http://127.0.0.1:" + std::to_string(FreePort()) + "/v1";
  EndpointClient client(ImpatientConfig({dead, server.url()}));
  for (const ChatAnswer& answer : client.Ask(50, NumberedQuestion)) EXPECT_TRUE(answer.answered);
}

TEST(EndpointClient, KeepsToTheRateOfRequests) {
  const StubEndpoint server([](const StubRequest&) { return GoodReply(); });
  EndpointConfig config = ImpatientConfig({server.url()});
  config.requests_per_second = 20;
  EndpointClient client(config);
  const double start = SteadySeconds();
  client.Ask(30, NumberedQuestion);
  EXPECT_GE(SteadySeconds() - start, 0.45);  // 20 at once, then one in .05 s
}

// Of these a server says that no request at all will be answered.
TEST(EndpointClient, AServerThatRefusesAllIsGivenUpAtOnceWithTheReasonAndWhatToDo) {
  struct Row {
    int status;
    const char *header, *says;
  };
  for (const Row& row : std::vector<Row>{
           {401, "", "check the key"},
           {402, "", "nothing left to pay with"},
           {403, "", "check the key"},
           {404, "", "ends in /v1"},
           {405, "", "planner.llm.endpoint.model and urls"},
           {301, "Location: https://other.example/v1", "it redirects to https://other.example/v1"},
           {307, "Location: https://other.example/\x1b[31m",
            "name that address in planner.llm.endpoint.urls"}}) {
    const StubEndpoint server([&](const StubRequest&) {
      StubReply reply = {.status = row.status, .body = R"({"error":{"message":"no, no"}})"};
      if (*row.header != '\0') reply.headers = {row.header};
      return reply;
    });
    EndpointConfig config = ImpatientConfig({server.url().substr(0, server.url().size() - 3)});
    config.concurrency = 2;
    EndpointClient client(config);
    for (const ChatAnswer& answer : client.Ask(50, NumberedQuestion)) {
      EXPECT_FALSE(answer.answered);
      EXPECT_EQ(answer.error, "HTTP " + std::to_string(row.status));
    }
    EXPECT_LE(server.requests(), 2);
    EXPECT_THAT(client.Exhausted(),
                AllOf(HasSubstr("HTTP " + std::to_string(row.status)), HasSubstr(row.says)));
    EXPECT_EQ(client.Exhausted().find('\x1b'), std::string::npos);
  }
}

TEST(EndpointClient, ARefusalOfAllInOtherWordsIsHeededAtOnceToo) {
  struct Row {
    int status;
    const char *body, *says;
  };
  for (const Row& row : std::vector<Row>{
           {400, R"({"error":{"message":"The model `x` does not exist"}})", "ends in /v1"},
           {400, R"([{"error":{"message":"API key not valid."}}])", "check the key"},
           {429, R"({"error":{"message":"no","code":"insufficient_quota"}})", "left to pay with"},
           {200, R"({"object":"error","message":"bad key","code":401})", "check the key"},
           {200, R"({"error":"Unexpected endpoint or method. POST /x"})", "ends in /v1"}}) {
    const StubEndpoint server(
        [&](const StubRequest&) { return StubReply{.status = row.status, .body = row.body}; });
    EndpointConfig config = ImpatientConfig({server.url().substr(0, server.url().size() - 3)});
    config.concurrency = 2;
    EndpointClient client(config);
    client.Ask(50, NumberedQuestion);
    EXPECT_LE(server.requests(), 2) << row.body;
    EXPECT_TRUE(client.GivenUp()) << row.body;
    EXPECT_THAT(client.Exhausted(), HasSubstr(row.says)) << row.body;
  }
}

TEST(EndpointClient, TheLatestFailureHasTheServersWordsAndWhatToDo) {
  const auto failure = [](const StubReply& reply) {
    const StubEndpoint server([&](const StubRequest&) { return reply; });
    EndpointConfig config = ImpatientConfig({server.url()});
    config.retries = 0;
    EndpointClient client(config);
    client.Ask(1, NumberedQuestion);
    return client.LatestFailure();
  };
  EXPECT_THAT(failure({.status = 400, .body = R"({"error":{"message":"content filter"}})"}),
              AllOf(HasSubstr("HTTP 400, content filter; change what it refuses"),
                    Not(HasSubstr("start the server"))));
  EXPECT_THAT(failure({.status = 500, .body = "oops"}), HasSubstr("oops; look into the server's"));
  EXPECT_THAT(failure({.status = 429, .body = "busy"}), HasSubstr("busy; ask less at once"));
  EXPECT_THAT(failure({.cut_after = 0}), HasSubstr("start the server"));
  EXPECT_EQ(failure({.body = StubAnswer("A")}), "");
}

TEST(EndpointClient, AServerThatHasAnsweredIsGivenUpAfterRefusalsInARowAlone) {
  int64_t refusals_from = 3;
  const StubEndpoint server([&](const StubRequest& request) {
    return request.number % 10 >= refusals_from ? StubReply{.status = 403} : GoodReply();
  });
  EndpointConfig config = ImpatientConfig({server.url()});
  config.concurrency = 1;
  EndpointClient client(config);
  client.Ask(45, NumberedQuestion);
  EXPECT_EQ(client.Exhausted(), "");
  refusals_from = 0;
  client.Ask(45, NumberedQuestion);
  EXPECT_THAT(client.Exhausted(), HasSubstr("HTTP 403"));
  EXPECT_LE(server.requests(), 45 + 8);
}

TEST(EndpointClient, OneServerThatRefusesAllOfTwoGivesNothingUp) {
  const StubEndpoint refusing([](const StubRequest&) { return StubReply{.status = 401}; });
  const StubEndpoint server([](const StubRequest&) { return GoodReply(); });
  EndpointClient client(ImpatientConfig({refusing.url(), server.url()}));
  client.Ask(50, NumberedQuestion);
  EXPECT_EQ(client.Exhausted(), "");
}

TEST(EndpointClient, AnErrorWithinAnAnswerCountsByItsOwnStatus) {
  const Outcome busy = AskAfter(2, {.body = R"({"error":{"message":"slow down","code":429}})"});
  EXPECT_EQ(busy.answer.text, "A");
  EXPECT_EQ(busy.retries, 2);
  const Outcome refused = AskAfter(9, {.body = R"({"error":{"message":"who?","code":401}})"});
  EXPECT_EQ(refused.answer.error, "HTTP 401");
  EXPECT_EQ(refused.requests, 1);
  EXPECT_THAT(refused.answer.words, HasSubstr("who?"));
}

// The whole way of what a server may say, to a value with few reasons.
TEST(EndpointClient, NoAnswerOfAServerEndsTheProgram) {
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  for (const int status : {200, 400, 401, 500}) {
    for (const std::string& value : {std::string("null"), std::string("[1]"), std::string("{}"),
                                     std::string("7"), deep, std::string(100000, '{')}) {
      for (const std::string& body :
           {R"({"error":)" + value + "}", R"({"error":{"message":)" + value + "}}",
            R"({"choices":[{"message":{"content":"A"},"finish_reason":)" + value + "}]}",
            R"({"choices":[{"message":{},"logprobs":{"content":)" + value + "}}]}"}) {
        EndpointConfig config = ImpatientConfig({});
        config.retries = 0;
        const Outcome outcome = AskAfter(9, {.status = status, .body = body}, config);
        EXPECT_TRUE(outcome.answer.answered || !outcome.answer.error.empty());
        EXPECT_LE(outcome.answer.words.size(), 400U);
      }
    }
  }
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
  EndpointConfig config = ImpatientConfig({"http://localhost/v1"});
  EXPECT_EQ(message(config), "accepted");
  config.api_key_env = "LERL_NO_SUCH_VARIABLE";
  EXPECT_THAT(message(config), HasSubstr("the environment has no LERL_NO_SUCH_VARIABLE"));
  setenv("LERL_BAD_KEY", "sk-secret\r\nX-Other: 1", 1);
  config.api_key_env = "LERL_BAD_KEY";
  EXPECT_THAT(message(config), AllOf(HasSubstr("LERL_BAD_KEY"), Not(HasSubstr("secret"))));
  unsetenv("LERL_BAD_KEY");
  EXPECT_THAT(message(ImpatientConfig({"http://me:secret@host/v1"})),
              AllOf(HasSubstr("entry 1: it holds a user"), Not(HasSubstr("secret"))));
}

}  // namespace
}  // namespace lerl
