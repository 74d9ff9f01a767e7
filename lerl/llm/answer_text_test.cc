#include "lerl/llm/answer_text.h"

#include <gmock/gmock.h>

namespace lerl {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Entries(const std::string& text) {
  return ListEntries(text).value_or(std::vector<std::string>{"nothing"});
}

TEST(WithoutThinking, CutsEveryPartInWhichAModelThinks) {
  for (const char* text :
       {"<think>A, maybe B?</think>F, E", "<THINK>A</Think>F, E", "A or B</think>F, E",
        "<thinking>A</thinking>F, E", "<reasoning>A</reasoning>F, E", "[THINK]A[/THINK]F, E",
        "\u25C1think\u25B7A\u25C1/think\u25B7F, E", "<think></think>F, E",
        "<think>A</think><think>B</think>F, E", "F, <think>A</think>E",
        "<think>A <think>B</think> C</think>F, E", "F, E<think>A, B",
        "<|channel|>analysis<|message|>A?<|end|><|start|>assistant<|channel|>final<|message|>F, E"
        "<|return|>"})
    EXPECT_EQ(WithoutThinking(text), "F, E") << text;
  for (const char* text : {"<think>A, B", "<|channel|>analysis<|message|>A, B", "A</think>"})
    EXPECT_EQ(WithoutThinking(text), "") << text;
  for (const char* text : {"", "F, E", "I think of A", "<thinker>A", "a < b"})
    EXPECT_EQ(WithoutThinking(text), text);
}

TEST(ListEntries, AreReadInTheFormsInWhichModelsWriteLists) {
  for (const char* text :
       {"F, E", " F,\nE\n", "F\nE", R"({"list": ["F", "E"]})", R"({"plan": ["F", " E "]})",
        R"(["F", "E"])", "```json\n{\"list\": [\"F\", \"E\"]}\n```", "```\n[\"F\", \"E\"]\n```",
        "```[\"F\", \"E\"]```", "Here is my plan:\n```json\n[\"F\",\"E\"]\n```\nEnjoy.",
        "<think>A, B</think>\n\n```JSON\n[\"F\", \"E\"]\n```", "```\nF, E\n```"})
    EXPECT_THAT(Entries(text), ElementsAre("F", "E")) << text;
  EXPECT_THAT(Entries("Science fiction, Drama"), ElementsAre("Science fiction", "Drama"));
}

TEST(ListEntries, AreNoneWhereJsonHasAnotherShape) {
  for (const char* text :
       {"", " \n", R"({"list": 3})", R"({"list": ["F", 3]})", R"({"a": ["F"], "b": ["E"]})", "[]",
        R"({"list": ["F", "E")", "\"F\"", "[[\"F\"]]", "```\n[\"F\"]\n```\n```\n[\"E\"]\n```",
        "```json\n[\"F\"]", "<think>F, E"})
    EXPECT_FALSE(ListEntries(text).has_value()) << text;
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  EXPECT_FALSE(ListEntries(deep).has_value());
  EXPECT_FALSE(ListEntries("{\"list\": " + deep + "}").has_value());
}

TEST(ListEntries, OfAnObjectAreReadUnderANameThatSaysThatTheyAreTheAnswer) {
  for (const char* name : {"list", "Ranking", "categories", "order", "plan", "labels", "answer"})
    EXPECT_THAT(Entries(std::string("{\"") + name + "\": [\"F\"]}"), ElementsAre("F")) << name;
  for (const char* name : {"avoid", "error", "A", "", "dislikes", "not_list", "worst"})
    EXPECT_FALSE(ListEntries(std::string("{\"") + name + "\": [\"F\"]}").has_value()) << name;
}

TEST(ListEntries, AreReadFromNumberedAndDashedLinesWhereEveryLineIsOne) {
  for (const char* text : {"1. F\n2. E", "1) F\n2) E\n", "- F\n- E", "* F\n\n* E",
                           "\u2022 F\n\u2022 E", "```\n1. F\n2. E\n```"})
    EXPECT_THAT(Entries(text), ElementsAre("F", "E")) << text;
  EXPECT_THAT(Entries("1. Science fiction"), ElementsAre("Science fiction"));
  // These are entries that no label is.
  EXPECT_THAT(Entries("1. F\nE"), ElementsAre("1. F", "E"));
  EXPECT_THAT(Entries("2. F\n1. E"), ElementsAre("2. F", "1. E"));
  EXPECT_THAT(Entries("1. F\n1. E"), ElementsAre("1. F", "1. E"));
  EXPECT_THAT(Entries("1. F, E"), ElementsAre("1. F", "E"));
  EXPECT_THAT(Entries("-F\n-"), ElementsAre("-F", "-"));
}

TEST(PlainList, TurnsListsIntoTextAndLeavesOtherTextAsItIs) {
  EXPECT_EQ(PlainList(R"({"list": ["B", "A"]})"), "B, A");
  EXPECT_EQ(PlainList("B, A"), "B, A");
  EXPECT_EQ(PlainList("<think>C</think> [\"B\",\"A\"]"), "B, A");
  EXPECT_EQ(PlainList("{\"list\": 3}"), "{\"list\": 3}");
  EXPECT_EQ(PlainList("A good plan is **F**"), "A good plan is **F**");
}

}  // namespace
}  // namespace lerl
