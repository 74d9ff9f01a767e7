#include "lerl/sim/rules/leave_rules.h"

#include <gtest/gtest.h>

#include "lerl/base/error.h"
#include "lerl/sim/env_config.h"
#include "lerl/testing/given_responses.h"

namespace lerl {
namespace {

using Slates = std::vector<std::vector<int32_t>>;

// The step on which `rule` ends the session, or 0.
int EndsAt(const std::string& rule, const Dataset& data, const EnvConfig& config,
           const Slates& slates, float reward = 0) {
  const auto made = FindLeaveRule(rule).make(data, config, 2);
  made->Start(1);
  int step = 0;
  for (const auto& slate : slates) {
    ++step;
    if (made->Step(1, {slate, reward})) return step;
  }
  return 0;
}

// Items 0..2 of category 0, 3..5 of category 1, 6 of both, 7 of none.
Dataset Items() { return HandMadeDataset({{0}, {0}, {0}, {1}, {1}, {1}, {0, 1}, {}}, 3); }

Slates Repeat(const Slates& slates, int times) {
  Slates all;
  for (int i = 0; i < times; ++i) all.insert(all.end(), slates.begin(), slates.end());
  return all;
}

TEST(LerlRule, LastsElevenStepsWhenEverySlateRepeatsAndTwentyWhenNoneDoes) {
  const EnvConfig config{.budget = 20};
  EXPECT_EQ(EndsAt("lerl", Items(), config, Repeat({{0, 1, 3}}, 30)), 11);
  EXPECT_EQ(EndsAt("lerl", Items(), config, Repeat({{0, 1, 3}, {3, 4, 0}}, 30)), 20);
}

TEST(LerlRule, CountsTheStepOnWhichTheBudgetReachesZero) {
  EXPECT_EQ(EndsAt("lerl", Items(), EnvConfig{.budget = 1}, {{0, 1}}), 1);
  EXPECT_EQ(EndsAt("lerl", Items(), EnvConfig{.budget = 3}, Repeat({{0, 1}}, 9)), 2);  // 2, 0
  EXPECT_EQ(EndsAt("lerl", Items(), EnvConfig{.budget = 4}, Repeat({{0, 1}}, 9)), 3);  // 3, 1, -1
}

TEST(LerlRule, TakesAllTiedCategoriesForDominant) {
  // One item of each category: both dominate, so either after it is a repeat.
  EXPECT_EQ(EndsAt("lerl", Items(), EnvConfig{.budget = 3}, {{0, 3}, {1, 2}, {0, 1}}), 2);
  EXPECT_EQ(EndsAt("lerl", Items(), EnvConfig{.budget = 3}, {{6}, {3, 4}, {0, 1}}), 2);
  EXPECT_EQ(DominantCategories(Items(), std::vector<int32_t>{0, 3, 7}),
            (std::vector<uint8_t>{1, 1, 0, 1}));
}

TEST(LerlRule, CountsNoneLikeAnotherCategory) {
  EXPECT_EQ(EndsAt("lerl", Items(), EnvConfig{.budget = 3}, {{7}, {7}, {7}}), 2);
  EXPECT_EQ(EndsAt("lerl", Items(), EnvConfig{.budget = 3}, {{7}, {0}, {7}}), 3);
}

TEST(LerlSlotsRule, ComparesItemsInTheSameSlot) {
  const EnvConfig config{.budget = 20};
  EXPECT_EQ(EndsAt("lerl_slots", Items(), config, Repeat({{0, 3}, {1, 4}}, 20)), 11);
  EXPECT_EQ(EndsAt("lerl_slots", Items(), config, Repeat({{0, 3}, {3, 0}}, 20)), 20);
  EXPECT_EQ(EndsAt("lerl_slots", Items(), config, Repeat({{0, 3}, {4, 5}}, 20)), 11);
}

TEST(LerlSlotsRule, GivesAnItemOfSeveralCategoriesItsRarest) {
  // Category 0 has four items, category 1 three: item 3 is of both and counts as category 1.
  const Dataset data = HandMadeDataset({{0}, {0}, {0}, {0, 1}, {1}, {1}}, 2);
  EXPECT_EQ(EndsAt("lerl_slots", data, EnvConfig{.budget = 2}, {{3}, {4}, {5}}), 2);
  EXPECT_EQ(EndsAt("lerl_slots", data, EnvConfig{.budget = 3}, {{3}, {4}, {5}}), 2);
  EXPECT_EQ(EndsAt("lerl_slots", data, EnvConfig{.budget = 3}, {{3}, {0}, {4}}), 3);
}

TEST(TemperRule, LosesTwoMinusTheReward) {
  // 20 - 2n < 1 first at n = 10; 20 - n < 1 first at n = 20; a reward above 2 costs nothing.
  EXPECT_EQ(EndsAt("temper", Items(), EnvConfig{}, Repeat({{0}}, 40), 0), 10);
  EXPECT_EQ(EndsAt("temper", Items(), EnvConfig{}, Repeat({{0}}, 40), 1), 20);
  EXPECT_EQ(EndsAt("temper", Items(), EnvConfig{}, Repeat({{0}}, 40), 3), 0);
}

TEST(CategoryWindowRule, LooksBackAtNItemsBeforeTheSlate) {
  EnvConfig config{.window = 2, .window_limit = 0};
  EXPECT_EQ(EndsAt("category_window", Items(), config, {{0}, {3}, {7}, {1}, {4}, {2}}), 6);
  EXPECT_EQ(EndsAt("category_window", Items(), config, {{0, 1}, {3, 4}, {0, 1}}), 0);
  config.window_limit = 1;
  EXPECT_EQ(EndsAt("category_window", Items(), config, {{0}, {1}, {2}}), 3);
  EXPECT_EQ(EndsAt("category_window", Items(), config, {{7}, {7}, {7}, {7}}), 0);
}

TEST(CategoryWindowRule, CompatWindowSkipsWhatThePublishedSliceSkips) {
  EnvConfig config{.window = 4, .window_limit = 0};
  EXPECT_EQ(EndsAt("category_window", Items(), config, {{0}, {3}, {7}, {1}}), 4);
  config.compat_window = true;  // after three items it looks at the last min(3, 4 - 3) = 1
  EXPECT_EQ(EndsAt("category_window", Items(), config, {{0}, {3}, {7}, {1}}), 0);
  EXPECT_EQ(EndsAt("category_window", Items(), config, {{0}, {3}, {7}, {7}, {1}}), 5);
}

TEST(DistanceWindowRule, NeedsTheMatrixTask) {
  EXPECT_THROW(FindLeaveRule("distance_window").make(Items(), EnvConfig{}, 1), Error);
}

TEST(MaxStepsRule, IsObeyed) {
  EXPECT_EQ(EndsAt("max_steps", Items(), EnvConfig{.max_steps = 7}, Repeat({{0}}, 40)), 7);
}

TEST(LeaveRules, SayWhatIsLeft) {
  const Dataset data = Items();
  const auto rule = FindLeaveRule("lerl").make(data, EnvConfig{.budget = 4}, 1);
  rule->Start(0);
  EXPECT_EQ(rule->Left(0), 1.0f);
  const std::vector<int32_t> slate = {0};
  rule->Step(0, {slate, 0});
  EXPECT_EQ(rule->Left(0), 0.75f);
  rule->Start(0);
  EXPECT_EQ(rule->Left(0), 1.0f);
}

TEST(LeaveRules, KnowTheLongestSession) {
  EXPECT_EQ(LongestSession(EnvConfig{.rules = {"lerl"}, .budget = 20}), 20);
  EXPECT_EQ(LongestSession(EnvConfig{.rules = {"lerl", "max_steps"}, .budget = 20, .max_steps = 5}),
            5);
  EXPECT_EQ(LongestSession(EnvConfig{.rules = {"temper"}}), 20);
  EXPECT_THROW(LongestSession(EnvConfig{.rules = {"category_window"}}), Error);
  EXPECT_THROW(LongestSession(EnvConfig{.rules = {"temper"}}, 2.0), Error);
}

TEST(LeaveRules, NameTheNearestKnownOne) {
  try {
    FindLeaveRule("lerl_slot");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'lerl_slots'?"), std::string::npos);
  }
}

}  // namespace
}  // namespace lerl
