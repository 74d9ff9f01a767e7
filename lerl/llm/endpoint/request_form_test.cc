#include "lerl/llm/endpoint/request_form.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lerl/testing/endpoint_questions.h"

namespace lerl {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

const RequestParts kAllParts = {
    .length = 1, .logprobs = true, .structure = true, .system_role = true};

std::string ErrorAnswer(const std::string& message, const std::string& param = "") {
  return R"({"error":{"message":")" + message + R"(","type":"invalid_request_error","param":)" +
         (param.empty() ? "null" : "\"" + param + "\"") + "}}";
}

struct RefusalRow {
  const char* body;
  RequestForm after;
};

// As servers write them.
TEST(Refusals, ChangeTheOneThingThatTheyName) {
  const std::vector<RefusalRow> rows = {
      {R"({"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model.
 Use 'max_completion_tokens' instead.","param":"max_tokens","code":"unsupported_parameter"}})",
       {.length_name = "max_completion_tokens"}},
      {R"({"error":{"message":"Unsupported value: 'temperature' does not support 0 with this model.
 Only the default (1) value is supported.","param":"temperature","code":"unsupported_value"}})",
       {.temperature = false}},
      {R"({"error":{"message":"Unsupported value: 'messages[0].role' does not support 'system' with
 this model.","param":"messages[0].role","code":"unsupported_value"}})",
       {.system_role = false}},
      {R"({"object":"error","message":"System role not supported","type":"BadRequestError"})",
       {.system_role = false}},
      {R"({"error":{"message":"Conversation roles must alternate user/assistant/user/assistant"}})",
       {.system_role = false}},
      {R"({"error":{"code":400,"message":"Developer instruction is not enabled for models/x"}})",
       {.system_role = false}},
      {R"({"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not
 permitted","input":7}]})",
       {.seed = false}},
      {R"({"message":{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra"}]}})",
       {.seed = false}},
      {R"({"error":"property 'seed' is unsupported"})", {.seed = false}},
      {R"(Unrecognized request argument supplied: seed)", {.seed = false}},
      {R"({"error":{"message":"response_format value as json_schema is not supported"}})",
       {.structure = false}},
      {R"({"error":{"message":"stream is not allowed here"}})", {.stream = false}},
      {R"({"error":{"message":"Invalid value for 'top_logprobs': must be less than or equal to 5.",
 "param":"top_logprobs"}})",
       {.top_logprobs = 5}},
      {R"({"error":{"message":"Requested sample logprobs of 20, which is greater than max allowed: 8"}})",
       {.top_logprobs = 8}},
      {R"({"error":{"message":"`logprobs` is not supported with this model"}})",
       {.top_logprobs = 0}},
      {R"({"error":{"message":"max_tokens must be at least 16"}})", {.least_length = 16}},
      {R"({"detail":[{"loc":["seed"],"msg":"Extra inputs are not permitted"}]})", {.seed = false}},
      {R"({"detail":[{"loc":["body","ChatCompletionRequest","seed"],"msg":"Extra inputs"}]})",
       {.seed = false}},
      {R"({"error":{"message":"Invalid 'max_output_tokens': integer below minimum value. Expected a
 value >= 16, but got 1 instead.","param":"max_output_tokens"}})",
       {.least_length = 16}},
      {R"({"error":{"message":"Only user and assistant roles are supported!"}})",
       {.system_role = false}},
      {R"({"error":{"code":500,"message":"Unexpected message role. at row 1, column 200"}})",
       {.system_role = false}},
      {R"([{"error":{"code":400,"message":"Logprobs is not enabled for models/gemini-2.0-flash"}}])",
       {.top_logprobs = 0}}};
  for (const RefusalRow& row : rows) {
    RequestForm form;
    EXPECT_THAT(Adapt(form, kAllParts, row.body), Not(IsEmpty())) << row.body;
    EXPECT_TRUE(form == row.after) << row.body;
  }
}

TEST(Refusals, LowerTopLogprobsToTheLimitAndToNoOtherNumber) {
  for (const auto& [words, lowered] : std::vector<std::pair<std::string, int>>{
           {"(model gpt-4.1-mini-2025-04-14, request 17): must be less than or equal to 5", 5},
           {"of request 3 must be between 0 and 8", 8},
           {"for model-2: 20 exceeds the maximum of 10", 10},
           {"must be in the range [0, 7]", 7},
           {"<= 6 in version 1.2", 6},
           {"must be less than 12 (code 3)", 11},
           {"at most 4, of 2 models", 4},
           {"is too large for gemini-2.0", 5},
           {"20 is not supported, the limit is 5", 5}}) {
    RequestForm form;
    Adapt(form, kAllParts, ErrorAnswer("top_logprobs " + words));
    EXPECT_EQ(form.top_logprobs, lowered) << words;
  }
}

TEST(Refusals, OfAKeyAQuotaAModelOrAPlaceHaveTheirStatus) {
  struct Row {
    int status;
    std::string body;
    int by_words;
  };
  for (const Row& row : std::vector<Row>{
           {400, ErrorAnswer("The model `x` does not exist"), 404},
           {400, R"({"error":{"message":"m","code":"model_not_found"}})", 404},
           {400,
            R"([{"error":{"code":400,"message":"API key not valid. Please pass a valid one"}}])",
            401},
           {422, R"({"detail":"Invalid API key"})", 401},
           {429, R"({"error":{"message":"m","type":"insufficient_quota"}})", 402},
           {429, ErrorAnswer("You exceeded your current quota, retry in 3 s"), 429},
           {0, R"x({"error":"Unexpected endpoint or method. (POST /chat/completions)"})x", 404},
           {0, "", 0},
           {400, ErrorAnswer("logprobs: not found in the model's parameters"), 400},
           {400, ErrorAnswer("The prompt triggered the content management policy", "prompt"), 400},
           {500, ErrorAnswer("The model `x` does not exist"), 500},
           {401, "", 401}})
    EXPECT_EQ(StatusByWords(row.status, row.body), row.by_words) << row.body;
}

TEST(Refusals, ThatNameNothingWhichCanBeChangedChangeNothing) {
  for (const std::string& body :
       {std::string(), std::string("{}"), std::string("[]"), std::string("null"),
        ErrorAnswer("The model `x` does not exist"),
        ErrorAnswer("the request was exceeded upstream"),
        ErrorAnswer("This model only support stream mode, please enable the stream parameter"),
        ErrorAnswer("This model's maximum context length is 4096 tokens; reduce max_tokens"),
        std::string(100000, '['), std::string(R"({"error":{"message":null,"param":[1]}})"),
        std::string(R"({"detail":[{"loc":{"a":1},"msg":3}]})")}) {
    RequestForm form;
    EXPECT_EQ(Adapt(form, kAllParts, body), "") << body.substr(0, 100);
    EXPECT_TRUE(form == RequestForm{});
  }
  RequestForm form;
  EXPECT_EQ(Adapt(form, {.length = 1}, ErrorAnswer("logprobs is not supported")), "");
  EXPECT_EQ(Adapt(form, {.length = 1}, ErrorAnswer("response_format is not supported")), "");
  EXPECT_EQ(Adapt(form, {.length = 1}, ErrorAnswer("System role not supported")), "");
}

TEST(Refusals, OneAfterTheOtherComeToAnEnd) {
  for (const char* name : {"top_logprobs", "max_tokens", "max_completion_tokens", "seed",
                           "temperature", "stream", "response_format", "messages[0].role"}) {
    RequestForm form;
    int changes = 0;
    while (changes < 100 && !Adapt(form, kAllParts, ErrorAnswer("system: no", name)).empty())
      ++changes;
    EXPECT_GT(changes, 0) << name;
    EXPECT_LT(changes, 5) << name;
  }
}

TEST(Refusals, AreTheseStatuses) {
  EXPECT_TRUE(IsRefusal(400, ""));
  EXPECT_TRUE(IsRefusal(422, ""));
  EXPECT_TRUE(IsRefusal(500, ErrorAnswer("logprobs are not supported")));
  EXPECT_TRUE(IsRefusal(501, ErrorAnswer("Not implemented")));
  EXPECT_TRUE(IsRefusal(500, ErrorAnswer("Unexpected message role. at row 1")));
  EXPECT_FALSE(IsRefusal(500, ErrorAnswer("out of memory")));
  EXPECT_FALSE(IsRefusal(503, ErrorAnswer("not supported")));
  for (const int status : {0, 200, 401, 404, 429}) EXPECT_FALSE(IsRefusal(status, "unsupported"));
}

// A server that takes nothing of what is asked but the question, and refuses one thing at a time.
StubReply RefuseAll(const StubRequest& request) {
  const auto body = nlohmann::json::parse(request.body);
  for (const char* name : {"seed", "temperature", "stream", "max_tokens"})
    if (body.contains(name))
      return {.status = 400,
              .body = ErrorAnswer("Unsupported parameter: '" + std::string(name) + "'")};
  if (body.at("messages").size() > 1)
    return {.status = 400, .body = ErrorAnswer("System role not supported")};
  return GoodReply();
}

TEST(Refusals, OverTheWireLeadToARequestThatIsTaken) {
  const StubEndpoint server(RefuseAll);
  ::testing::internal::CaptureStderr();
  EndpointConfig config = ImpatientConfig({server.url()});
  config.retries = 0;
  EndpointClient client(config);
  for (const ChatAnswer& answer : client.Ask(20, NumberedQuestion)) {
    EXPECT_TRUE(answer.answered) << answer.error;
    EXPECT_EQ(answer.text, "A");
  }
  EXPECT_EQ(client.retries(), 0);
  const std::string lines = ::testing::internal::GetCapturedStderr();
  for (const char* says : {"seed is left out", "temperature is left out", "stream is left out",
                           "max_completion_tokens takes its place", "the system message goes"})
    EXPECT_THAT(lines, ::testing::HasSubstr(says));
  EXPECT_EQ(std::ranges::count(lines, '\n'), 5) << lines;  // one line each
  const int64_t before = server.requests();
  client.Ask(10, NumberedQuestion);
  EXPECT_EQ(server.requests(), before + 10);
}

TEST(Refusals, OfAServerThatRefusesWhateverIsSentComeToAnEnd) {
  for (const int status : {400, 422, 500}) {
    const StubEndpoint server([&](const StubRequest&) {
      return StubReply{.status = status, .body = ErrorAnswer("seed is not supported")};
    });
    EndpointClient client(ImpatientConfig({server.url()}));
    for (const ChatAnswer& answer : client.Ask(4, NumberedQuestion)) {
      EXPECT_FALSE(answer.answered);
      EXPECT_TRUE(answer.refused);
      EXPECT_EQ(answer.error, "HTTP " + std::to_string(status));
    }
    EXPECT_LE(server.requests(), 8);
  }
}

}  // namespace
}  // namespace lerl
