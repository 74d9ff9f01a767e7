#include "lerl/llm/endpoint/chat_api.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace lerl {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const std::vector<std::string> kChatApiTestLabels = {"A", "B", "C"};

TEST(MarkedChat, KeepsMessagesApart) {
  const std::vector<ChatMessage> messages = MessagesOf(MarkedChat("Plan.", "Likes:\nDrama."));
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].role, "system");
  EXPECT_EQ(messages[0].content, "Plan.");
  EXPECT_EQ(messages[1].role, "user");
  EXPECT_EQ(messages[1].content, "Likes:\nDrama.");
  const std::vector<ChatMessage> plain = MessagesOf("Hello");
  ASSERT_EQ(plain.size(), 1U);
  EXPECT_EQ(plain[0].role, "user");
  EXPECT_EQ(plain[0].content, "Hello");
}

TEST(ChatRequest, AsksForLogprobsOfOneToken) {
  EndpointConfig config;
  config.model = "m";
  const json body = json::parse(ChatRequestBody(
      config, {.prompt = MarkedChat("S", "U"), .max_tokens = 1, .wants_logprobs = true}));
  EXPECT_EQ(body.at("model"), "m");
  EXPECT_EQ(body.at("messages").at(1), (json{{"role", "user"}, {"content", "U"}}));
  EXPECT_EQ(body.at("max_tokens"), 1);
  EXPECT_EQ(body.at("logprobs"), true);
  EXPECT_EQ(body.at("top_logprobs"), 20);
  EXPECT_FALSE(body.contains("response_format"));
}

TEST(ChatRequest, HoldsAListByItsSchemaOrItsGrammar) {
  const ChatQuestion question = {.prompt = "p",
                                 .max_tokens = 9,
                                 .grammar = "root ::= x",
                                 .choices = kChatApiTestLabels,
                                 .longest_list = 2};
  EndpointConfig config;
  const json by_schema = json::parse(ChatRequestBody(config, question));
  const json list =
      by_schema.at("response_format").at("json_schema").at("schema").at("properties").at("list");
  EXPECT_EQ(list.at("items").at("enum"), kChatApiTestLabels);
  EXPECT_EQ(list.at("maxItems"), 2);
  EXPECT_FALSE(by_schema.contains("grammar"));
  config.structure = "grammar";
  const json by_grammar = json::parse(ChatRequestBody(config, question));
  EXPECT_EQ(by_grammar.at("grammar"), "root ::= x");
  EXPECT_FALSE(by_grammar.contains("response_format"));
  config.structure = "none";
  EXPECT_FALSE(json::parse(ChatRequestBody(config, question)).contains("grammar"));
}

TEST(ChatRequest, IsUtf8WhateverThePromptHolds) {
  const std::string body = ChatRequestBody({}, {.prompt = "caf\xE9 \xFF"});
  EXPECT_THAT(json::parse(body).at("messages").at(0).at("content").get<std::string>(),
              HasSubstr("caf"));
}

TEST(ChatAnswer, GivesTextTokensAndLogprobs) {
  const ChatAnswer answer = ParseChatAnswer(R"({"choices":[{"message":{"content":"B"},
      "finish_reason":"stop","logprobs":{"content":[{"token":"B","logprob":-0.1,"top_logprobs":[
      {"token":"B","logprob":-0.1},{"token":" A","logprob":-3.0},{"token":"x","logprob":null}]}]}}],
      "usage":{"prompt_tokens":12,"completion_tokens":1}})");
  EXPECT_EQ(answer.text, "B");
  EXPECT_EQ(answer.error, "");
  EXPECT_EQ(answer.used.input, 12);
  EXPECT_EQ(answer.used.output, 1);
  ASSERT_EQ(answer.logprobs.size(), 2U);
  EXPECT_EQ(answer.logprobs[1].first, " A");
}

TEST(ChatAnswer, ThatIsNoneIsAValueWithTheServersWords) {
  struct Row {
    const char *body, *reason, *words;
  };
  for (const Row& row : std::vector<Row>{
           {"", "an empty answer", ""},
           {"{", "not an answer of the chat completions API", "{"},
           {"[]", "not an answer of the chat completions API", "[]"},
           {"null", "not an answer of the chat completions API", "null"},
           {R"({"choices":[]})", "an answer without choices", R"({"choices":[]})"},
           {R"({"choices":[{}]})", "not an answer of the chat completions API", "choices"},
           {R"({"choices":{"a":1}})", "not an answer of the chat completions API", "choices"},
           {"<html>busy</html>", "a page in place of an answer", "<html>busy</html>"},
           {"data: {\"choices\":[]}\n\n", "a stream, which was not asked for", "data: {"},
           {R"({"error":{"message":"no\u001b[31m credit"}})", "an error in place of an answer",
            "no [31m credit"},
           {R"({"error":{"message":"slow down","code":429},"choices":[]})", "HTTP 429",
            "slow down"},
           {R"({"error":"overloaded"})", "an error in place of an answer", "overloaded"}}) {
    const ChatAnswer answer = ParseChatAnswer(row.body);
    EXPECT_FALSE(answer.answered) << row.body;
    EXPECT_EQ(answer.error, row.reason) << row.body;
    EXPECT_THAT(answer.words, HasSubstr(row.words)) << row.body;
  }
}

TEST(ChatAnswer, WithoutATextSaysWhatTheModelDidInItsPlace) {
  const auto parse = [](const std::string& message) {
    return ParseChatAnswer(R"({"error":null,"choices":[{"message":)" + message + "}]}");
  };
  for (const char* message : {"{}", R"({"content":null})", R"({"content":["A"]})",
                              R"({"content":{"a":1}})", R"({"content":3})"}) {
    EXPECT_TRUE(parse(message).answered) << message;
    EXPECT_EQ(parse(message).error, "an answer without text") << message;
  }
  EXPECT_EQ(parse(R"({"content":null,"reasoning_content":"The user"})").words, "The user");
  EXPECT_EQ(parse(R"({"content":null,"refusal":"I can't"})").error, "refused by the model");
  EXPECT_EQ(parse(R"({"content":"F","reasoning_content":"A, B"})").text, "F");
}

TEST(ChatAnswer, GivesTheStatusOfAnErrorHoweverItIsWritten) {
  for (const char* body :
       {R"({"error":{"code":"401","message":"m"}})", R"({"error":{"status":401,"message":"m"}})",
        R"({"object":"error","code":401,"message":"m"})", R"({"code":"401","message":"m"})",
        R"({"error":"m","status_code":401})"}) {
    const ChatAnswer answer = ParseChatAnswer(body);
    EXPECT_FALSE(answer.answered) << body;
    EXPECT_EQ(answer.status, 401) << body;
    EXPECT_EQ(answer.error, "HTTP 401") << body;
    EXPECT_EQ(answer.words, "m") << body;
  }
  const std::string good = R"("choices":[{"message":{"content":"A"}}]})";
  for (const char* none : {R"({"error":0,"code":0,)", R"({"error":false,)", R"({"error":{},)",
                           R"({"error":"",)", R"({"error":null,"code":401,)"})
    EXPECT_EQ(ParseChatAnswer(none + good).text, "A") << none;
}

TEST(ChatAnswer, InPartsIsTheirTextWithoutThinking) {
  const auto text = [](const std::string& parts) {
    return ParseChatAnswer(R"({"choices":[{"message":{"content":[)" + parts + "]}}]}").text;
  };
  EXPECT_EQ(text(R"({"type":"text","text":"B, A"})"), "B, A");
  EXPECT_EQ(text(R"({"type":"thinking","thinking":[{"type":"text","text":"C"}]},)"
                 R"({"type":"text","text":"B"},{"type":"text","text":", A"})"),
            "B, A");
  EXPECT_EQ(text(R"({"type":"reasoning","text":"C"},{"type":"text","text":3},7,null)"), "");
}

TEST(ChatAnswer, GivesLogprobsAsTheApiOfCompletionsWritesThem) {
  const ChatAnswer answer = ParseChatAnswer(
      R"({"choices":[{"message":{"content":"B"},"logprobs":{"tokens":["B"],"top_logprobs":[
      {"B":-0.1,"A":-2,"x":null,"C":-1e300}]}}]})");
  EXPECT_THAT(answer.logprobs,
              ::testing::UnorderedElementsAre(::testing::Pair("B", -0.1), ::testing::Pair("A", -2),
                                              ::testing::Pair("C", -1e4)));
  EXPECT_TRUE(ParseChatAnswer(R"({"choices":[{"message":{"content":"B"},
      "logprobs":{"top_logprobs":[[1]]}}]})")
                  .logprobs.empty());
}

TEST(ChatAnswer, NoValueOfAnyMemberEndsTheProgram) {
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  for (const std::string& value :
       {std::string("null"), std::string("3"), std::string("-1e300"), std::string("[]"),
        std::string("{}"), std::string("\"x\""), std::string("[null]"), std::string("[[{}]]"), deep,
        std::string("true"), std::string(100000, '{')}) {
    const std::string good = R"({"message":{"content":"A"}})";
    for (const std::string& body :
         {value, R"({"error":)" + value + "}", R"({"error":{"message":)" + value + "}}",
          R"({"error":{"code":)" + value + "}}", R"({"choices":)" + value + "}",
          R"({"choices":[)" + value + "]}", R"({"choices":[{"message":)" + value + "}]}",
          R"({"choices":[{"message":{"content":)" + value + "}}]}",
          R"({"choices":[{"message":{"content":"A","refusal":)" + value + "}}]}",
          R"({"choices":[{"message":{"content":"A"},"finish_reason":)" + value + "}]}",
          R"({"choices":[{"message":{"content":"A"},"logprobs":)" + value + "}]}",
          R"({"choices":[{"message":{"content":"A"},"logprobs":{"content":)" + value + "}}]}",
          R"({"choices":[{"message":{"content":"A"},"logprobs":{"content":[{"top_logprobs":)" +
              value + "}]}}]}",
          R"({"choices":[{"message":{},"logprobs":{"content":[{"top_logprobs":[{"token":)" + value +
              R"(,"logprob":)" + value + "}]}]}}]}",
          R"({"choices":[)" + good + R"(],"usage":)" + value + "}",
          R"({"choices":[)" + good + R"(],"usage":{"prompt_tokens":)" + value + "}}"}) {
      const ChatAnswer answer = ParseChatAnswer(body);
      EXPECT_TRUE(answer.answered || !answer.error.empty());
      EXPECT_LE(answer.words.size(), 203U);
      EXPECT_GE(answer.used.input, 0);
      EXPECT_LE(ParseChatError(body).size(), 203U);
    }
  }
}

TEST(ChatAnswer, CountsOfTokensAreNeitherNegativeNorHuge) {
  const auto used = [](const std::string& count) {
    return ParseChatAnswer(R"({"choices":[{"message":{"content":"A"}}],"usage":{"prompt_tokens":)" +
                           count + R"(,"completion_tokens":)" + count + "}}")
        .used;
  };
  for (const char* count : {"-1", "-9223372036854775808", "null", "\"7\"", "-1e300", "[]"})
    EXPECT_EQ(used(count).input, 0) << count;
  for (const char* count : {"9223372036854775807", "18446744073709551615", "1e300", "2e9"}) {
    EXPECT_EQ(used(count).input, 1'000'000'000) << count;
    EXPECT_EQ(used(count).output, 1'000'000'000) << count;
  }
  EXPECT_EQ(used("12").input, 12);
}

TEST(ChatAnswer, LogprobsAreWithinTheirRange) {
  const std::string rows = R"({"token":"A","logprob":1e308},{"token":"B","logprob":-1e308},)"
                           R"({"token":3,"logprob":-1})";
  const TokenLogprobs logprobs =
      ParseChatAnswer(R"({"choices":[{"message":{},"logprobs":{"content":[{"top_logprobs":[)" +
                      rows + "]}]}}]}")
          .logprobs;
  ASSERT_EQ(logprobs.size(), 2U);
  EXPECT_EQ(logprobs[0].second, 0);
  EXPECT_EQ(logprobs[1].second, -1e4);
}

TEST(ChatRequest, LeavesOutWhatAServerDoesNotTake) {
  const ChatQuestion question = {.prompt = MarkedChat("S", "U"),
                                 .max_tokens = 9,
                                 .wants_logprobs = true,
                                 .choices = kChatApiTestLabels,
                                 .longest_list = 2};
  const json bare = json::parse(ChatRequestBody({}, question,
                                                {.seed = false,
                                                 .temperature = false,
                                                 .stream = false,
                                                 .structure = false,
                                                 .system_role = false,
                                                 .length_name = "",
                                                 .top_logprobs = 0}));
  EXPECT_EQ(bare, (json{{"model", "default"},
                        {"messages", {{{"role", "user"}, {"content", "S\n\nU"}}}}}));
  const json raised = json::parse(
      ChatRequestBody({}, question, {.length_name = "max_completion_tokens", .least_length = 16}));
  EXPECT_EQ(raised.at("max_completion_tokens"), 16);
  EXPECT_FALSE(raised.contains("max_tokens"));
}

TEST(ChatRequest, TakesFurtherMembersFromTheSettings) {
  EndpointConfig config;
  config.body =
      R"({"chat_template_kwargs": {"enable_thinking": false}, "seed": null, "top_p": 0.9})";
  const json body = json::parse(ChatRequestBody(config, {.prompt = "p"}));
  EXPECT_EQ(body.at("chat_template_kwargs").at("enable_thinking"), false);
  EXPECT_EQ(body.at("top_p"), 0.9);
  EXPECT_FALSE(body.contains("seed"));
  EXPECT_TRUE(body.contains("temperature"));
}

TEST(ChatAnswer, SaysWhenItWasCutOff) {
  const ChatAnswer answer =
      ParseChatAnswer(R"({"choices":[{"message":{"content":"Once"},"finish_reason":"length"}]})");
  EXPECT_TRUE(answer.answered);
  EXPECT_THAT(answer.error, HasSubstr("longer"));
}

TEST(ChatError, IsOneShortLine) {
  EXPECT_EQ(ParseChatError(R"({"error":{"message":"no such\nmodel","code":404}})"),
            "no such model");
  EXPECT_EQ(ParseChatError(R"({"error":"busy"})"), "busy");
  EXPECT_EQ(ParseChatError("<h1>Bad gateway</h1>"), "<h1>Bad gateway</h1>");
  EXPECT_EQ(ParseChatError(R"({"object":"error","message":"too long"})"), "too long");
  EXPECT_EQ(ParseChatError(R"({"detail":[{"loc":["body"],"msg":"Field required"}]})"),
            "Field required");
  EXPECT_EQ(ParseChatError(R"({"error":{"message":null}})"), R"({"message":null})");
  EXPECT_EQ(ParseChatError("a\x1b[2Jb\xC2\x9B"), "a [2Jb\\x9b");
  EXPECT_LE(ParseChatError(std::string(5000, 'x')).size(), 203U);
}

TEST(LikelyTokens, AreAQuarterOfTheBytesAndTheLeastAnEighth) {
  const ChatQuestion question = {.prompt = std::string(4000, 'x'), .max_tokens = 10};
  EXPECT_EQ(LikelyTokens(question), 1000 + 64 + 10);
  EXPECT_EQ(LeastTokens(question), 500 + 10);
  EXPECT_GE(EstimateTokens(question).input + 10, LikelyTokens(question));
}

}  // namespace
}  // namespace lerl
