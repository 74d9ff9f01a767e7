// The backend against a stub of the API, and against a real llama-server.

#include "lerl/llm/endpoint/openai_backend.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <nlohmann/json.hpp>
#include <regex>

#include "lerl/base/error.h"
#include "lerl/llm/endpoint/stub_endpoint.h"
#include "lerl/llm/llama/llama_cpp_backend.h"
#include "lerl/testing/embedded_model.h"

namespace lerl {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const std::vector<std::string> kOpenaiBackendTestLabels = {"A", "B", "C"};
const std::vector<std::string> kOpenaiBackendTestSuffixes = {"one", "two", "three"};
constexpr char kTop[] = R"([{"token":"B","logprob":-0.2},{"token":"A","logprob":-2.5}])";

EndpointConfig OpenaiBackendTestConfigFor(const std::string& url) {
  EndpointConfig config;
  config.urls = {url};
  config.timeout = 5;
  config.backoff = 0.01;
  config.cool_down = 0.2;
  return config;
}

TEST(OpenAiBackend, ScoresComeFromTheLogprobsOfOneToken) {
  std::vector<json> bodies;
  const StubEndpoint server([&](const StubRequest& request) {
    bodies.push_back(json::parse(request.body));
    return StubReply{.body = StubAnswer("B", kTop)};
  });
  const auto backend = MakeOpenAiBackend(OpenaiBackendTestConfigFor(server.url()));
  const std::string prefix = backend->ApplyChatTemplate("Plan.", "Labels A B C. ");
  const std::vector<float> scores =
      backend->ScoreLabels(prefix, kOpenaiBackendTestSuffixes, kOpenaiBackendTestLabels);
  ASSERT_EQ(scores.size(), 9U);
  for (size_t row = 0; row < 3; ++row) {
    EXPECT_GT(scores[3 * row + 1], scores[3 * row]);
    EXPECT_EQ(scores[3 * row + 2], scores[3 * row]);  // not listed: tied with the smallest
  }
  EXPECT_EQ(backend->ScoreErrors(), std::vector<std::string>(3));
  ASSERT_EQ(bodies.size(), 3U);
  EXPECT_EQ(bodies[0].at("logprobs"), true);
  EXPECT_EQ(bodies[0].at("max_tokens"), 1);
  EXPECT_EQ(backend->usage().prompts, 3);
  EXPECT_EQ(backend->usage().suffix_tokens, 300);
  EXPECT_EQ(backend->usage().output_tokens, 6);
}

TEST(OpenAiBackend, AServerWithoutLogprobsRanksAListInstead) {
  for (const bool refuses : {false, true}) {
    const StubEndpoint server([&](const StubRequest& request) {
      const json body = json::parse(request.body);
      if (refuses && body.contains("logprobs")) return StubReply{.status = 400, .body = "{}"};
      if (!body.contains("response_format")) return StubReply{.body = StubAnswer("B")};
      return StubReply{.body = StubAnswer(R"({"list": ["C", "A"]})")};
    });
    const auto backend = MakeOpenAiBackend(OpenaiBackendTestConfigFor(server.url()));
    for (int round = 0; round < 2; ++round) {
      const std::vector<float> scores =
          backend->ScoreLabels("p", kOpenaiBackendTestSuffixes, kOpenaiBackendTestLabels);
      ASSERT_EQ(scores.size(), 9U);
      EXPECT_GT(scores[2], scores[0]);
      EXPECT_GT(scores[0], scores[1]);
    }
    EXPECT_EQ(server.requests(), 9);  // the first three in vain
    EndpointConfig strict = OpenaiBackendTestConfigFor(server.url());
    strict.scoring = "logprobs";
    const auto strict_backend = MakeOpenAiBackend(strict);
    EXPECT_TRUE(std::isnan(
        strict_backend->ScoreLabels("p", kOpenaiBackendTestSuffixes, kOpenaiBackendTestLabels)[0]));
    EXPECT_NE(strict_backend->ScoreErrors()[0], "");
  }
}

TEST(OpenAiBackend, AServerThatSaysThatLogprobsAreNotSupportedRanksAListInstead) {
  for (const int status : {400, 422, 500, 501}) {
    const StubEndpoint server([&](const StubRequest& request) {
      if (json::parse(request.body).contains("logprobs"))
        return StubReply{.status = status,
                         .body = R"({"error":{"message":"logprobs is not supported"}})"};
      return StubReply{.body = StubAnswer("```json\n[\"C\", \"A\"]\n```")};
    });
    const auto backend = MakeOpenAiBackend(OpenaiBackendTestConfigFor(server.url()));
    const std::vector<float> scores =
        backend->ScoreLabels("p", kOpenaiBackendTestSuffixes, kOpenaiBackendTestLabels);
    EXPECT_GT(scores[2], scores[0]) << status;
    EXPECT_GT(scores[0], scores[1]) << status;
  }
}

TEST(OpenAiBackend, ARefusalThatNamesNoLogprobsIsNotTakenForOneOfThem) {
  const StubEndpoint server([](const StubRequest&) {
    return StubReply{.status = 400,
                     .body = R"({"error":{"message":"held back by the content policy"}})"};
  });
  const auto backend = MakeOpenAiBackend(OpenaiBackendTestConfigFor(server.url()));
  ::testing::internal::CaptureStderr();
  for (int call = 0; call < 2; ++call)
    backend->ScoreLabels("p", kOpenaiBackendTestSuffixes, kOpenaiBackendTestLabels);
  const std::string lines = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(lines.find("gives no log-probabilities"), std::string::npos) << lines;
  EXPECT_EQ(backend->ScoreErrors()[0], "HTTP 400");
  EXPECT_THAT(backend->LatestFailure(), HasSubstr("held back by the content policy"));
  EXPECT_EQ(server.requests(), 9);  // three of them for lists
}

TEST(OpenAiBackend, ALimitOfTopLogprobsLowersThem) {
  const StubEndpoint server([&](const StubRequest& request) {
    if (json::parse(request.body).at("top_logprobs") > 5)
      return StubReply{.status = 400,
                       .body = R"({"error":{"message":"top_logprobs must be at most 5"}})"};
    return StubReply{.body = StubAnswer("B", kTop)};
  });
  const auto backend = MakeOpenAiBackend(OpenaiBackendTestConfigFor(server.url()));
  const std::vector<float> scores =
      backend->ScoreLabels("p", kOpenaiBackendTestSuffixes, kOpenaiBackendTestLabels);
  EXPECT_GT(scores[1], scores[0]);
  EXPECT_EQ(backend->ScoreErrors(), std::vector<std::string>(3));
}

TEST(OpenAiBackend, AnAnswerThatThinksFirstIsShownOnceWithItsReason) {
  const StubEndpoint server([](const StubRequest&) {
    return StubReply{.body = StubAnswer("<think>", R"([{"token":"<think>","logprob":0}])")};
  });
  const auto backend = MakeOpenAiBackend(OpenaiBackendTestConfigFor(server.url()));
  ::testing::internal::CaptureStderr();
  for (int call = 0; call < 2; ++call)
    EXPECT_TRUE(std::isnan(
        backend->ScoreLabels("p", kOpenaiBackendTestSuffixes, kOpenaiBackendTestLabels)[0]));
  const std::string lines = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(backend->ScoreErrors()[0], "invalid answer: no label");
  EXPECT_THAT(lines, HasSubstr("no label; it begins with: <think>"));
  EXPECT_EQ(std::ranges::count(lines, '\n'), 1);
}

TEST(OpenAiBackend, LabelsOfLittleProbabilityAreRankedWithALineAndOfNoneTheyAreNot) {
  const auto lines_of = [](const std::string& logprob, bool valid) {
    const StubEndpoint server([&](const StubRequest&) {
      return StubReply{.body = StubAnswer("The", R"([{"token":"The","logprob":-0.01},{"token":"B",)"
                                                 R"("logprob":)" +
                                                     logprob + "}]")};
    });
    const auto backend = MakeOpenAiBackend(OpenaiBackendTestConfigFor(server.url()));
    ::testing::internal::CaptureStderr();
    const std::vector<float> scores =
        backend->ScoreLabels("p", kOpenaiBackendTestSuffixes, kOpenaiBackendTestLabels);
    EXPECT_EQ(std::isfinite(scores[0]), valid);
    EXPECT_EQ(backend->ScoreErrors()[0], valid ? "" : "invalid answer: no label");
    return ::testing::internal::GetCapturedStderr();
  };
  const std::string lines = lines_of("-5", true);
  EXPECT_THAT(lines, HasSubstr("a probability of only 0.0067"));
  EXPECT_EQ(std::ranges::count(lines, '\n'), 1);
  EXPECT_EQ(lines_of("-4", true), "");
  EXPECT_THAT(lines_of("-17", false), HasSubstr("no label; it begins with: The"));
}

TEST(OpenAiBackend, AMissingAnswerIsARowWithItsReason) {
  const StubEndpoint server([](const StubRequest& request) {
    if (request.body.find("two") != std::string::npos) return StubReply{.status = 404};
    return StubReply{.body = StubAnswer("B", kTop)};
  });
  const auto backend = MakeOpenAiBackend(OpenaiBackendTestConfigFor(server.url()));
  const std::vector<float> scores =
      backend->ScoreLabels("p", kOpenaiBackendTestSuffixes, kOpenaiBackendTestLabels);
  EXPECT_TRUE(std::isfinite(scores[0]) && std::isnan(scores[3]) && std::isfinite(scores[6]));
  EXPECT_THAT(backend->ScoreErrors(), ::testing::ElementsAre("", "HTTP 404", ""));
  EXPECT_EQ(backend->usage().unanswered, 1);
}

TEST(OpenAiBackend, AListReadsTheSameWhateverHoldsItToItsForm) {
  const StubEndpoint server([](const StubRequest& request) {
    const json body = json::parse(request.body);
    return StubReply{.body =
                         StubAnswer(body.contains("grammar") ? "B, A" : R"({"list": ["B", "A"]})")};
  });
  CompletionRequest request;
  request.suffixes = {"one"};
  request.grammar = "root ::= \"B\"";
  request.choices = kOpenaiBackendTestLabels;
  request.longest_list = 3;
  EndpointConfig config = OpenaiBackendTestConfigFor(server.url());
  for (const char* structure : {"json_schema", "grammar"}) {
    config.structure = structure;
    const Completion answer = MakeOpenAiBackend(config)->Complete(request).at(0);
    EXPECT_EQ(answer.text, "B, A");
    EXPECT_TRUE(answer.answered);
  }
}

TEST(OpenAiBackend, ItsBudgetExhaustsIt) {
  const StubEndpoint server(
      [](const StubRequest&) { return StubReply{.body = StubAnswer("B", kTop)}; });
  EndpointConfig config = OpenaiBackendTestConfigFor(server.url());
  config.budget_tokens = 500;
  const auto backend = MakeOpenAiBackend(config);
  EXPECT_EQ(backend->Exhausted(), "");
  const std::vector<std::string> many(20, "x");
  backend->ScoreLabels("p", many, kOpenaiBackendTestLabels);
  EXPECT_THAT(backend->Exhausted(), HasSubstr("500 tokens"));
}

// A llama-server of the pinned source on a free port of the loopback.
class LlamaServer {
 public:
  LlamaServer(const std::string& model, int port) : process_(fork()) {
    if (process_ != 0) return;
    const int nowhere = open("/dev/null", O_RDWR);
    for (const int descriptor : {0, 1, 2}) dup2(nowhere, descriptor);
    const std::string port_text = std::to_string(port);
    execl(LERL_LLAMA_SERVER, "llama-server", "--model", model.c_str(), "--host", "127.0.0.1",
          "--port", port_text.c_str(), "--ctx-size", "4096", "--parallel", "4", "--threads", "1",
          "--no-webui", static_cast<char*>(nullptr));
    _exit(127);
  }
  ~LlamaServer() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  LlamaServer(const LlamaServer&) = delete;
  LlamaServer& operator=(const LlamaServer&) = delete;

 private:
  const pid_t process_;
};

class RealServer : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(LERL_LLAMA_SERVER))
      GTEST_SKIP() << "llama-server is not built; run `tools/setup.sh server`";
    if (!std::filesystem::exists(DefaultModelSource()))
      GTEST_SKIP() << "the default model has not been fetched; run `make setup`";
    model_ = ResolveModel("").string();
    server_ = std::make_unique<LlamaServer>(model_, port_);
    config_ = OpenaiBackendTestConfigFor("http://127.0.0.1:" + std::to_string(port_) + "/v1");
    config_.concurrency = 4;
    config_.timeout = 60;
    config_.deadline = 120;
    config_.retries = 100;  // while it loads its model
    config_.backoff = 0.2;
    config_.top_logprobs = 500;
  }

  const int port_ = FreePort();
  std::string model_;
  std::unique_ptr<LlamaServer> server_;
  EndpointConfig config_;
};

constexpr char kSystem[] = "Answer with one letter. A is red. B is green. C is blue.";
const std::vector<std::string> kQuestions = {"What is the sky?", "What is grass?",
                                             "What is blood?"};

// Prompts as the planner makes them: one shared prefix, and what follows the question.
std::vector<float> Scores(LlmBackend& backend) {
  const std::string whole = backend.ApplyChatTemplate(kSystem, "QUESTION");
  const size_t at = whole.find("QUESTION");
  std::vector<std::string> suffixes;
  for (const std::string& question : kQuestions)
    suffixes.push_back(question + whole.substr(at + 8));
  return backend.ScoreLabels(whole.substr(0, at), suffixes, kOpenaiBackendTestLabels);
}

// The server is not there at first: the pool takes it for down, and tries it until it is.
void WaitFor(LlmBackend& backend) {
  for (int i = 0; i < 600 && std::isnan(Scores(backend)[0]); ++i) usleep(100'000);
}

TEST_F(RealServer, ScoresAsTheSameModelInProcessAndComesBackAfterItsDeath) {
  const auto backend = MakeOpenAiBackend(config_);
  WaitFor(*backend);
  const std::vector<float> there = Scores(*backend);
  const auto in_process = MakeLlamaCppBackend({.model = model_, .context = 1024, .batch = 4});
  const std::vector<float> here = Scores(*in_process);
  ASSERT_EQ(there.size(), here.size());
  for (size_t i = 0; i < here.size(); ++i) EXPECT_NEAR(there[i], here[i], 0.15) << i;
  EXPECT_GT(backend->usage().suffix_tokens, 3 * 20);

  config_.retries = 1;
  const auto impatient = MakeOpenAiBackend(config_);
  EXPECT_TRUE(std::isfinite(Scores(*impatient)[0]));
  server_.reset();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(std::isnan(Scores(*impatient)[0]));
  EXPECT_THAT(impatient->ScoreErrors()[0], HasSubstr("no endpoint answers"));
  server_ = std::make_unique<LlamaServer>(model_, port_);
  WaitFor(*impatient);
  const std::vector<float> again = Scores(*impatient);
  for (size_t i = 0; i < here.size(); ++i) EXPECT_NEAR(again[i], here[i], 0.15) << i;
}

TEST_F(RealServer, HoldsListsToTheirSchemaAndTheirGrammar) {
  CompletionRequest request;
  request.suffixes = kQuestions;
  request.grammar = "root ::= label (\", \" label){0,2}\nlabel ::= \"A\" | \"B\" | \"C\"\n";
  request.choices = kOpenaiBackendTestLabels;
  request.longest_list = 3;
  request.max_tokens = 16;
  for (const char* structure : {"json_schema", "grammar"}) {
    config_.structure = structure;
    const auto backend = MakeOpenAiBackend(config_);
    WaitFor(*backend);
    for (const double temperature : {0.0, 1.5}) {
      request.temperature = temperature;
      for (const Completion& completion : backend->Complete(request)) {
        EXPECT_TRUE(completion.answered) << structure << ": " << completion.error;
        EXPECT_TRUE(std::regex_match(completion.text, std::regex("[ABC](, [ABC]){0,2}")))
            << structure << ": " << completion.text;
      }
    }
  }
}

TEST_F(RealServer, RanksByAListWhereLogprobsAreNotWanted) {
  config_.scoring = "list";
  const auto backend = MakeOpenAiBackend(config_);
  WaitFor(*backend);
  const std::vector<float> scores = Scores(*backend);
  for (const float score : scores) EXPECT_TRUE(std::isfinite(score));
}

}  // namespace
}  // namespace lerl
