#include "lerl/llm/endpoint/chat_api.h"

#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace lerl {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
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

TEST(ChatAnswer, ThatIsNoneIsAValue) {
  for (const char* body : {"", "{", "[]", "null", "{\"choices\":[]}", "{\"choices\":[{}]}",
                           "{\"choices\":[{\"message\":{}}]}", "<html>busy</html>",
                           "{\"choices\":[{\"message\":{\"content\":\"A\"},"
                           "\"logprobs\":{\"content\":[{\"top_logprobs\":[{}]}]}}]}"}) {
    const ChatAnswer answer = ParseChatAnswer(body);
    EXPECT_FALSE(answer.answered) << body;
    EXPECT_NE(answer.error, "") << body;
  }
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
  EXPECT_LE(ParseChatError(std::string(5000, 'x')).size(), 203U);
}

TEST(ScoresFromLogprobs, AddTheSpellingsOfALabelAndNormalise) {
  // p(A) = .2 + .1, p(C) = .1, B is not listed: at most .05, the smallest.
  const TokenLogprobs logprobs = {{"A", std::log(0.2)},
                                  {" A", std::log(0.1)},
                                  {"\xC4\xA0"
                                   "C",
                                   std::log(0.1)},
                                  {"the", std::log(0.05)}};
  const auto [scores, unlisted] = ScoresFromLogprobs(logprobs, kChatApiTestLabels);
  ASSERT_EQ(scores.size(), 3U);
  EXPECT_NEAR(std::exp(scores[0]), 0.3 / 0.45, 1e-6);
  EXPECT_NEAR(std::exp(scores[1]), 0.05 / 0.45, 1e-6);
  EXPECT_NEAR(std::exp(scores[2]), 0.1 / 0.45, 1e-6);
  EXPECT_THAT(unlisted, ElementsAre(0, 1, 0));
  EXPECT_TRUE(ScoresFromLogprobs({{"the", -0.1}}, kChatApiTestLabels).scores.empty());
  EXPECT_TRUE(ScoresFromLogprobs({}, kChatApiTestLabels).scores.empty());
}

// A label that is not listed has the score of the last one that is, so the mark alone tells them
// apart: .6 of A, .2 of B, and no more than .2 of C.
TEST(ScoresFromLogprobs, MarkALabelThatIsNotListedWhereItsBoundIsTheLastLabels) {
  const auto [scores, unlisted] =
      ScoresFromLogprobs({{"A", std::log(0.6)}, {"B", std::log(0.2)}}, kChatApiTestLabels);
  EXPECT_NEAR(std::exp(scores[0]), 0.6, 1e-6);
  EXPECT_EQ(scores[1], scores[2]);
  EXPECT_THAT(unlisted, ElementsAre(0, 0, 1));
}

TEST(ScoresFromList, FollowTheOrderOfTheList) {
  for (const char* text : {"C, A, C", "{\"list\": [\"C\", \"A\"]}", "C A", "Sure: C, A"}) {
    const auto [scores, unlisted] = ScoresFromList(text, kChatApiTestLabels);
    ASSERT_EQ(scores.size(), 3U) << text;
    EXPECT_GT(scores[2], scores[0]) << text;
    EXPECT_GT(scores[0], scores[1]) << text;
    EXPECT_NEAR(scores[2] - scores[0], 1, 1e-6);
    EXPECT_THAT(unlisted, ElementsAre(0, 1, 0));
    EXPECT_NEAR(std::exp(scores[0]) + std::exp(scores[1]) + std::exp(scores[2]), 1, 1e-6);
  }
  EXPECT_TRUE(ScoresFromList("the best one", kChatApiTestLabels).scores.empty());
  EXPECT_TRUE(ScoresFromList("", kChatApiTestLabels).scores.empty());
}

TEST(PlainList, TurnsJsonIntoText) {
  EXPECT_EQ(PlainList("{\"list\": [\"B\", \"A\"]}"), "B, A");
  EXPECT_EQ(PlainList("B, A"), "B, A");
  EXPECT_EQ(PlainList("{\"list\": 3}"), "{\"list\": 3}");
}

}  // namespace
}  // namespace lerl
