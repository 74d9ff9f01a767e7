#include "lerl/llm/endpoint/label_scores.h"

#include <gmock/gmock.h>

#include <cmath>

namespace lerl {
namespace {

using ::testing::ElementsAre;

const std::vector<std::string> kLabelScoresTestLabels = {"A", "B", "C"};

TEST(ScoresFromLogprobs, AddTheSpellingsOfALabelAndNormalise) {
  // p(A) = .2 + .1, p(C) = .1, B is not listed: at most .05, the smallest.
  const TokenLogprobs logprobs = {{"A", std::log(0.2)},
                                  {" A", std::log(0.1)},
                                  {"\xC4\xA0"
                                   "C",
                                   std::log(0.1)},
                                  {"the", std::log(0.05)}};
  const auto [scores, unlisted] = ScoresFromLogprobs(logprobs, kLabelScoresTestLabels);
  ASSERT_EQ(scores.size(), 3U);
  EXPECT_NEAR(std::exp(scores[0]), 0.3 / 0.45, 1e-6);
  EXPECT_NEAR(std::exp(scores[1]), 0.05 / 0.45, 1e-6);
  EXPECT_NEAR(std::exp(scores[2]), 0.1 / 0.45, 1e-6);
  EXPECT_THAT(unlisted, ElementsAre(0, 1, 0));
  EXPECT_TRUE(ScoresFromLogprobs({{"the", -0.1}}, kLabelScoresTestLabels).scores.empty());
  EXPECT_TRUE(ScoresFromLogprobs({}, kLabelScoresTestLabels).scores.empty());
}

TEST(ScoresFromLogprobs, AreNoneWhereLabelsAreNoise) {
  const std::vector<std::string> labels = {"A", "B", "C", "I"};
  // A model that thinks first, whose labels have e^-17 and less.
  EXPECT_TRUE(ScoresFromLogprobs({{"<think>", -1e-6}, {"B", -17}, {"A", -18}, {"The", -20}}, labels)
                  .scores.empty());
  EXPECT_TRUE(ScoresFromLogprobs(
                  {{"The", -0.01}, {"B", std::log(0.00004)}, {"C", std::log(0.00005)}}, labels)
                  .scores.empty());
  EXPECT_FALSE(ScoresFromLogprobs(
                   {{"The", -0.5}, {"B", std::log(0.00006)}, {"C", std::log(0.00005)}}, labels)
                   .scores.empty());
}

TEST(ScoresFromLogprobs, AreNoneWhereALabelIsTheFirstWordOfASentence) {
  const std::vector<std::string> labels = {"A", "B", "I"};
  for (const char* word : {"A", " A", "I"})
    EXPECT_TRUE(
        ScoresFromLogprobs({{"Based", -0.05}, {word, -3}, {"The", -4}}, labels).scores.empty());
  // Likely words are labels, and so are unlikely ones beside other labels.
  EXPECT_FALSE(ScoresFromLogprobs({{"A", -0.1}, {"The", -4}}, labels).scores.empty());
  EXPECT_FALSE(ScoresFromLogprobs({{"The", -0.3}, {"A", -2}, {"B", -3}}, labels).scores.empty());
}

// A label that is not listed has the score of the last one that is, so the mark alone tells them
// apart: .6 of A, .2 of B, and no more than .2 of C.
TEST(ScoresFromLogprobs, MarkALabelThatIsNotListedWhereItsBoundIsTheLastLabels) {
  const auto [scores, unlisted] =
      ScoresFromLogprobs({{"A", std::log(0.6)}, {"B", std::log(0.2)}}, kLabelScoresTestLabels);
  EXPECT_NEAR(std::exp(scores[0]), 0.6, 1e-6);
  EXPECT_EQ(scores[1], scores[2]);
  EXPECT_THAT(unlisted, ElementsAre(0, 0, 1));
}

TEST(ScoresFromList, FollowTheOrderOfTheList) {
  for (const char* text : {"C, A, C", "{\"list\": [\"C\", \"A\"]}", "C A", "C\nA\n",
                           "[\"C\", \"A\"]", "```json\n{\"list\": [\"C\", \"A\"]}\n```",
                           "<think>B or A, so B</think>{\"list\": [\"C\", \"A\"]}", "1. C\n2. A",
                           "- C\n- A\n", "{\"Ranking\": [\"C\", \"A\"]}"}) {
    const auto [scores, unlisted] = ScoresFromList(text, kLabelScoresTestLabels);
    ASSERT_EQ(scores.size(), 3U) << text;
    EXPECT_GT(scores[2], scores[0]) << text;
    EXPECT_GT(scores[0], scores[1]) << text;
    EXPECT_NEAR(scores[2] - scores[0], 1, 1e-6);
    EXPECT_THAT(unlisted, ElementsAre(0, 1, 0));
    EXPECT_NEAR(std::exp(scores[0]) + std::exp(scores[1]) + std::exp(scores[2]), 1, 1e-6);
  }
}

TEST(ScoresFromList, AreNoneOfProseHoweverManyLabelsStandInIt) {
  for (const char* text :
       {"", "the best one", "Sure: C, A", "C, A and B", "A good plan is **C**, then **A**.",
        "C, A.", "I would show A", "{\"list\": [\"C\", \"the rest\"]}", "<think>C, A",
        "1. C\n2. the rest", "{\"list\": [\"C\", \"A\"", "c, a", "{\"avoid\": [\"C\", \"A\"]}",
        "{\"error\": [\"C\"]}", "Best first:\n1. C\n2. A"})
    EXPECT_TRUE(ScoresFromList(text, kLabelScoresTestLabels).scores.empty()) << text;
}

TEST(ScoresFromList, AreOfLabelsOfSeveralWordsToo) {
  const std::vector<std::string> names = {"Science fiction", "Drama"};
  for (const char* text : {"[\"Science fiction\"]", "Science fiction, Drama"})
    EXPECT_GT(ScoresFromList(text, names).scores.at(0), ScoresFromList(text, names).scores.at(1));
}

}  // namespace
}  // namespace lerl
