#include "lerl/sim/rules/window_rule.h"

#include <gtest/gtest.h>

#include "lerl/sim/env_config.h"

namespace lerl {
namespace {

using Windows = std::vector<std::vector<int32_t>>;

// Notes the window before every slate, and lets the user leave at item 9.
class NotingRule : public WindowRule {
 public:
  using WindowRule::WindowRule;
  Windows windows;

 private:
  bool Leaves(int, std::span<const int32_t> before, std::span<const int32_t> items) override {
    windows.emplace_back(before.begin(), before.end());
    return items.front() == 9;
  }
};

// The windows before each of the slates of one session.
Windows WindowsOf(const EnvConfig& config, const Windows& slates) {
  NotingRule rule(config, 1);
  rule.Start(0);
  for (const std::vector<int32_t>& slate : slates) rule.Step(0, {slate, 0});
  return rule.windows;
}

TEST(WindowRule, LooksBackAtTheLastNItemsBeforeTheSlate) {
  EXPECT_EQ(WindowsOf(EnvConfig{.window = 3}, {{1, 2}, {3, 4}, {5, 6}}),
            (Windows{{}, {1, 2}, {2, 3, 4}}));
}

// min(t, N - t) items while t < N = 4 have been shown, then N.
TEST(WindowRule, CompatWindowIsShorterBeforeNItemsWereShown) {
  const EnvConfig config{.window = 4, .compat_window = true};
  EXPECT_EQ(WindowsOf(config, {{1}, {2}, {3}, {4}, {5}}),
            (Windows{{}, {1}, {1, 2}, {3}, {1, 2, 3, 4}}));
}

TEST(WindowRule, KeepsSlotsApartAndForgetsAtTheStart) {
  NotingRule rule(EnvConfig{.window = 4}, 2);
  rule.Start(0);
  rule.Start(1);
  const std::vector<int32_t> one = {1}, two = {2};
  rule.Step(0, {one, 0});
  rule.Step(1, {two, 0});
  rule.Start(0);
  rule.Step(0, {two, 0});
  rule.Step(1, {one, 0});
  EXPECT_EQ(rule.windows, (Windows{{}, {}, {}, {2}}));
}

TEST(WindowRule, LeavesWhereTheRuleSaysSoAndHasNoBudget) {
  NotingRule rule(EnvConfig{}, 1);
  rule.Start(0);
  const std::vector<int32_t> stays = {1}, leaves = {9};
  EXPECT_FALSE(rule.Step(0, {stays, 0}));
  EXPECT_TRUE(rule.Step(0, {leaves, 0}));
  EXPECT_EQ(rule.Left(0), 1);
}

}  // namespace
}  // namespace lerl
