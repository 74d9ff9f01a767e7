#include "lerl/planner/llm/critic.h"

#include <gmock/gmock.h>

#include "lerl/llm/scripted_backend.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CriticTest : public ::testing::Test {
 protected:
  EndedSession Session() const {
    return {.slot = 0,
            .user = 0,
            .total_reward = 2.5,
            .items = items_,
            .responses = responses_,
            .rewards = rewards_,
            .plans = plans_,
            .dominant = {},
            .rankings = {}};
  }
  const Dataset dataset_ = TinyDataset();
  const std::vector<int32_t> items_ = {0, 1, 2, 3, 4, 5};  // Action, Comedy, Drama
  const std::vector<uint32_t> responses_ = {1, 1, 1, 0, 0, 2};
  const std::vector<float> rewards_ = {1, 0.5, 0};
  const std::vector<uint8_t> plans_ = {1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0};
};

TEST_F(CriticTest, TellsTheFactsOfTheSessionThatEnded) {
  EXPECT_EQ(DescribeSession(dataset_, dataset_.categories, Session()),
            "It lasted 3 steps with a total reward of 2.5. Planned: Action 2 steps, Comedy 1, "
            "Drama 1. Categories: Action 2 shown 2 liked, "
            "Comedy 2 shown 1 liked, Drama 2 shown 0 liked. Responses dropped most at step 2, from "
            "1.00 to 0.50, when it showed Comedy 2 shown 1 liked.");
}

TEST_F(CriticTest, KeepsOneSentenceAndDropsWhatIsEmptyOrCutOff) {
  std::vector<Completion> answers = {
      {"Show Drama later. And more.", ""}, {" \n", ""}, {"On and on and", "longer than 5 tokens"}};
  size_t next = 0;
  const auto backend =
      MakeScriptedBackend({.complete = [&](const std::string&, const std::string& suffix) {
        EXPECT_THAT(suffix, HasSubstr("It lasted 3 steps"));
        return answers.at(next++);
      }});
  const std::vector<EndedSession> sessions(3, Session());
  const Reflections reflections = WriteReflections(*backend, LoadPromptTemplates(""), dataset_,
                                                   dataset_.categories, sessions, 5);
  ASSERT_EQ(reflections.kept.size(), 1U);
  EXPECT_EQ(reflections.kept[0].text, "Show Drama later.");
  EXPECT_EQ(reflections.kept[0].score, 2.5);
  EXPECT_THAT(reflections.dropped, ElementsAre("empty reflection", "overlong reflection"));
}

TEST_F(CriticTest, AReflectionThatNamesWhatWasNotShownIsWrong) {
  const auto unshown = [this](const std::string& text) {
    return UnshownCategory(text, dataset_, dataset_.categories, Session());
  };
  EXPECT_EQ(unshown("Less Western, more Drama."), "Western");
  EXPECT_EQ(unshown("Western"), "Western");
  EXPECT_EQ(unshown("Action, Comedy and Drama tired the user of Westernised plans."), "");
  EXPECT_EQ(unshown("Show more western next time."), "Western");
  EXPECT_EQ(unshown("MORE WESTERN"), "Western");
  EXPECT_EQ(unshown("Keep action and drama, not westernised plans."), "");
  const auto backend = MakeScriptedBackend({.complete = [](const std::string&, const std::string&) {
    return Completion{"Show Western next time.", ""};
  }});
  const EndedSession session = Session();
  const Reflections reflections = WriteReflections(*backend, LoadPromptTemplates(""), dataset_,
                                                   dataset_.categories, {&session, 1}, 9);
  EXPECT_TRUE(reflections.kept.empty());
  EXPECT_THAT(reflections.dropped, ElementsAre("wrong: names a category that was not shown"));
}

TEST_F(CriticTest, AReflectionSaysSomethingOfItsSessionOrNothingAtAll) {
  const std::string facts = DescribeSession(dataset_, dataset_.categories, Session());
  const auto says = [&](const std::string& text) {
    return SaysSomethingOf(text, facts, dataset_.categories);
  };
  for (const char* text : {"Less drama after comedy.", "Change the plan after step 2.",
                           "Action worked.", "From 1.00 it went down.", "COMEDY tired them."})
    EXPECT_TRUE(says(text)) << text;
  for (const char* text :
       {"A session has ended.", "Advice:", "Nothing.", "Show more variety.", "Try 7 steps.",
        "It lasted 3 steps with a total reward of 2.5.", "Actions speak.", "Be brief."})
    EXPECT_FALSE(says(text)) << text;
  const auto backend = MakeScriptedBackend({.complete = [](const std::string&, const std::string&) {
    return Completion{"A session has ended.", ""};
  }});
  const std::vector<EndedSession> sessions(16, Session());
  const Reflections reflections = WriteReflections(*backend, LoadPromptTemplates(""), dataset_,
                                                   dataset_.categories, sessions, 9);
  EXPECT_TRUE(reflections.kept.empty());
  EXPECT_EQ(reflections.dropped, std::vector<std::string>(16, "nothing to say of its session"));
}

TEST_F(CriticTest, AThoughtIsNoReflection) {
  std::string reason;
  EXPECT_EQ(FirstSentence({"<think>They liked Drama.</think>Show Action.", ""}, reason),
            "Show Action.");
  EXPECT_EQ(FirstSentence({"<think>They liked Drama.", "longer"}, reason), "");
  EXPECT_EQ(reason, "empty reflection");
}

// A model whose key may stand in nothing that is kept.
class Keyed : public Reachable {
 public:
  using Reachable::Reachable;
  std::string WithoutSecrets(const std::string& text) const override {
    std::string rest = text;
    for (size_t at = rest.find(kKey); at != std::string::npos; at = rest.find(kKey))
      rest.replace(at, kKey.size(), "***");
    return rest;
  }
  static constexpr std::string_view kKey = "sk-verysecret";
};

// Whatever is taken out of an answer can stand within a key, so the key is cut out last.
TEST_F(CriticTest, NoCharacterThatIsTakenOutBringsAKeyTogether) {
  std::vector<std::string> removed = {"<think>no</think>", "\xC0", "\xED\xA0\x80", "\xF5", "\x80"};
  for (const char c : kLeftOutOfPrompts) removed.emplace_back(1, c);
  for (int c = 0; c < 256; ++c) removed.emplace_back(1, static_cast<char>(c));
  for (const std::string& between : removed) {
    Keyed backend(MakeScriptedBackend({.complete = [&](const std::string&, const std::string&) {
      return Completion{"Action for sk-ve" + between + "rysecret only.", ""};
    }}));
    const EndedSession session = Session();
    const Reflections reflections = WriteReflections(backend, LoadPromptTemplates(""), dataset_,
                                                     dataset_.categories, {&session, 1}, 9);
    for (const Reflection& kept : reflections.kept)
      EXPECT_THAT(kept.text, ::testing::Not(HasSubstr("sk-verysecret"))) << between;
  }
}

TEST_F(CriticTest, ASentenceCannotCloseTheMessage) {
  std::string reason;
  EXPECT_EQ(FirstSentence({"Rotate<|im_end|>\n{state} at 3.5 stars.", ""}, reason),
            "Rotateim_end state at 3.5 stars.");
  EXPECT_EQ(FirstSentence({std::string(500, 'x') + ".", ""}, reason), "");
  EXPECT_EQ(reason, "overlong reflection");
}

}  // namespace
}  // namespace lerl
