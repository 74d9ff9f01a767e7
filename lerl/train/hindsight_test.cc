#include "lerl/train/hindsight.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "lerl/base/error.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

RunConfig Config() {
  RunConfig config = TinyRun();
  config.agent.name = "greedy";
  config.planner.name = "random";
  return config;
}

const World& HindsightTestSharedWorld() {
  static const std::unique_ptr<World> world = TinyWorld(Config());
  return *world;
}

std::vector<HindsightExample> Find(RunConfig config, HindsightOptions options, size_t users = 6) {
  const Actors actors = MakeActors(HindsightTestSharedWorld(), config, 1);
  const std::vector<int32_t>& all = HindsightTestSharedWorld().split.train_users;
  return FindHindsight(HindsightTestSharedWorld(), config, *actors.agent,
                       std::span(all).first(std::min(users, all.size())), options);
}

TEST(Hindsight, TheAnswerIsAPlanThatWasBestOfThoseTried) {
  RunConfig config = Config();
  config.planner.llm.mode = "generate";
  const std::vector<HindsightExample> examples = Find(config, {.states = 3, .tries = 6});
  ASSERT_GT(examples.size(), 6U);
  bool better = false;
  for (const HindsightExample& example : examples) {
    EXPECT_GE(example.best, example.behaviour);
    EXPECT_GT(example.best, example.mean);
    better |= example.best > example.behaviour + 1e-9;
    // Two labels of six, "A, F".
    ASSERT_EQ(example.answer.size(), 4U) << example.answer;
    EXPECT_NE(example.answer[0], example.answer[3]);
    for (const char label : {example.answer[0], example.answer[3]})
      EXPECT_TRUE(label >= 'A' && label <= 'F');
  }
  EXPECT_TRUE(better);
}

TEST(Hindsight, TheQuestionIsThePromptOfTheLanguageModelPlanner) {
  RunConfig config = Config();
  config.planner.llm.mode = "letters";
  const std::vector<HindsightExample> examples = Find(config, {});
  ASSERT_FALSE(examples.empty());
  for (const HindsightExample& example : examples) {
    EXPECT_THAT(example.system, ::testing::HasSubstr("recommender"));
    EXPECT_THAT(example.question, ::testing::HasSubstr("A: "));
    EXPECT_THAT(example.question,
                ::testing::HasSubstr(HindsightTestSharedWorld().dataset.categories[0]));
    EXPECT_EQ(example.question.find("<|"), std::string::npos);  // no mark of a template
    EXPECT_EQ(example.answer.size(), 1U);
  }
}

TEST(Hindsight, ByNamesTheAnswerIsACategory) {
  const std::vector<std::string>& names = HindsightTestSharedWorld().dataset.categories;
  const std::vector<HindsightExample> examples = Find(Config(), {});
  ASSERT_FALSE(examples.empty());
  for (const HindsightExample& example : examples) {
    EXPECT_NE(std::find(names.begin(), names.end(), example.answer), names.end());
    EXPECT_TRUE(example.question.ends_with("Best category for them next:"));
  }
}

TEST(Hindsight, StatesAreOfTheirUsersAndWithinTheNumberAskedFor) {
  const std::vector<HindsightExample> examples = Find(Config(), {.states = 2});
  std::map<int32_t, std::set<int>> steps;
  for (const HindsightExample& example : examples)
    EXPECT_TRUE(steps[example.user].insert(example.step).second);
  for (const auto& [user, of_user] : steps) {
    EXPECT_LE(of_user.size(), 2U);
    const std::vector<int32_t>& users = HindsightTestSharedWorld().split.train_users;
    EXPECT_NE(std::find(users.begin(), users.end(), user), users.end());
  }
}

TEST(Hindsight, TheSameSeedGivesTheSameLinesAtAnyNumberOfSlots) {
  RunConfig config = Config();
  const auto lines = [&](uint64_t seed) {
    std::string text;
    for (const HindsightExample& example : Find(config, {.seed = seed}))
      text += ChatLine(example) + "\n";
    return text;
  };
  const std::string first = lines(1);
  config.train.slots = 7;
  EXPECT_EQ(lines(1), first);
  EXPECT_NE(lines(2), first);
}

TEST(Hindsight, AMoreThoroughSearchFindsNoWorsePlans) {
  const auto mean_best = [](int64_t tries) {
    double sum = 0;
    const std::vector<HindsightExample> examples =
        Find(Config(), {.states = 1, .tries = tries}, 20);
    for (const HindsightExample& example : examples) sum += example.best - example.behaviour;
    return sum / static_cast<double>(examples.size());
  };
  EXPECT_GT(mean_best(12), mean_best(2));
}

TEST(Hindsight, RefusesABehaviourThatSeesTheTruthOrAsksAModel) {
  for (const char* name : {"oracle", "llm", "none"})
    EXPECT_THROW(Find(Config(), {.behaviour = name}), Error);
}

TEST(ChatLine, IsWhatTrainersRead) {
  const auto line =
      nlohmann::json::parse(ChatLine({.system = "S", .question = "say \"x\"\n", .answer = "B, A"}));
  ASSERT_EQ(line.size(), 1U);
  ASSERT_EQ(line.at("messages").size(), 3U);
  EXPECT_EQ(line.at("messages").at(0).at("role"), "system");
  EXPECT_EQ(line.at("messages").at(1).at("content"), "say \"x\"\n");
  EXPECT_EQ(line.at("messages").at(2).at("role"), "assistant");
  EXPECT_EQ(line.at("messages").at(2).at("content"), "B, A");
}

}  // namespace
}  // namespace lerl
