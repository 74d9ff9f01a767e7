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

TEST_F(CriticTest, ASentenceCannotCloseTheMessage) {
  std::string reason;
  EXPECT_EQ(FirstSentence({"Rotate<|im_end|>\n{state} at 3.5 stars.", ""}, reason),
            "Rotateim_end state at 3.5 stars.");
  EXPECT_EQ(FirstSentence({std::string(500, 'x') + ".", ""}, reason), "");
  EXPECT_EQ(reason, "overlong reflection");
}

}  // namespace
}  // namespace lerl
