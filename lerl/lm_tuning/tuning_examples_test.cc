#include "lerl/lm_tuning/tuning_examples.h"

#include <gmock/gmock.h>

#include <numeric>
#include <set>

#include "lerl/base/error.h"
#include "lerl/llm/scripted_backend.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

// Half of a user's 20 rows come after the training rows.
RunConfig TuningExamplesTestRun() {
  RunConfig config = TinyRun();
  config.split.train_share = 0.5;
  return config;
}

void ExpectShares(const std::vector<TunedState>& states, size_t categories) {
  for (const TunedState& state : states) {
    ASSERT_EQ(state.target.size(), categories);
    EXPECT_NEAR(std::accumulate(state.target.begin(), state.target.end(), 0.0), 1, 1e-5);
    EXPECT_FALSE(state.state.favourites.empty());
  }
}

TEST(TuningExamples, FromLikesHaveTheSharesOfTheNextLikesAndOfTrainingUsersAlone) {
  const RunConfig config = TuningExamplesTestRun();
  auto world = TinyWorld(config);
  const std::vector<TunedState> states = StatesFromLikes(*world, config, {.examples = 60});
  ASSERT_EQ(states.size(), 60U);
  ExpectShares(states, 6);
  for (size_t i = 1; i < states.size(); i += 2)
    EXPECT_EQ(states[i].state.favourites.size(), 1U);  // a pair
  // Other users change nothing.
  for (const int32_t user : world->split.test_users)
    world->split.train_end[static_cast<size_t>(user)] = world->dataset.RowsBegin(user);
  const std::vector<TunedState> again = StatesFromLikes(*world, config, {.examples = 60});
  for (size_t i = 0; i < states.size(); ++i) {
    EXPECT_EQ(states[i].state, again[i].state);
    EXPECT_EQ(states[i].target, again[i].target);
  }
}

TEST(TuningExamples, FromReturnsHaveASharePerCategoryThatCouldBePlanned) {
  const RunConfig config = TuningExamplesTestRun();
  const auto world = TinyWorld(config);
  const std::vector<TunedState> states = StatesFromReturns(*world, config, {.examples = 12});
  ASSERT_GT(states.size(), 4U);
  ExpectShares(states, 6);
}

TEST(TuningExamples, SpreadOverPromptsWithOrdersAndPhrasingsOfTheirOwn) {
  const RunConfig config = TuningExamplesTestRun();
  const auto world = TinyWorld(config);
  const ExampleOptions options{.examples = 9, .orders = 3, .together = 2};
  const std::vector<TunedState> states = StatesFromLikes(*world, config, options);
  const auto backend = MakeScriptedBackend({});
  LlmPlannerConfig llm = config.planner.llm;
  llm.form = "plain";
  const TuningSet set = MakeTuningSet(llm, world->dataset, *backend, states, options);
  ASSERT_EQ(set.questions.size(), 3U);
  std::set<std::string> prefixes;
  for (const TuningQuestion& question : set.questions) prefixes.insert(question.prefix);
  EXPECT_EQ(prefixes.size(), 3U);
  EXPECT_THAT(set.questions[0].prefix, HasSubstr("Categories: "));
  EXPECT_THAT(set.questions[2].prefix, HasSubstr("Film genres: "));
  EXPECT_EQ(set.questions[1].labels[0], " " + world->dataset.categories[0]);
  EXPECT_EQ(set.examples[3].question, 1);
  EXPECT_EQ(set.examples[4].question, 2);
  EXPECT_EQ(set.examples[6].question, 0);
  EXPECT_EQ(set.examples[4].target, states[4].target);
  EXPECT_THAT(set.examples[4].suffix, HasSubstr("liked"));
  llm.mode = "letters";
  const TuningSet letters = MakeTuningSet(llm, world->dataset, *backend, states, options);
  EXPECT_EQ(letters.questions[0].labels[0].size(), 1U);
  EXPECT_NE(letters.questions[0].labels, letters.questions[1].labels);
  llm.mode = "generate";
  EXPECT_THROW(MakeTuningSet(llm, world->dataset, *backend, states, options), Error);
}

}  // namespace
}  // namespace lerl
