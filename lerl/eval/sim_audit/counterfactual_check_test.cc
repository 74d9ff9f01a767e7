#include "lerl/eval/sim_audit/counterfactual_check.h"

#include <gtest/gtest.h>

#include <map>

#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

// 8 of 10: (.8 + .19207) / 1.38415 +- ..., by the formula with z^2 = 3.84146.
TEST(CounterfactualCheck, WilsonsIntervalByHand) {
  const Interval interval = WilsonInterval(8, 10);
  EXPECT_DOUBLE_EQ(interval.mean, 0.8);
  EXPECT_NEAR(interval.low, 0.4902, 1e-4);
  EXPECT_NEAR(interval.high, 0.9433, 1e-4);
  EXPECT_NEAR(WilsonInterval(10, 10).high, 1, 1e-12);
}

TEST(CounterfactualCheck, ReplayIsTheMeanResponseToTheFirstK) {
  EXPECT_DOUBLE_EQ(ReplayValue({0.1f, 0.9f, 0.5f}, {0, 1, 0}, 2), 0.5);
  EXPECT_DOUBLE_EQ(ReplayValue({0.1f, 0.9f, 0.5f}, {0, 1, 0}, 1), 1);
  EXPECT_DOUBLE_EQ(ReplayValue({}, {0, 1, 0, 1}, 1), 0.5);  // random: all of them
}

TEST(CounterfactualCheck, CountsPairsThatTheLogOrdersBeyondDoubt) {
  const std::vector<TwoWorths> worths = {
      {.name = "a", .by_log = {1, 1, 0.9, 1}, .per_step = 0.9, .reward = 5},
      {.name = "b", .by_log = {0.5, 0.4, 0.5, 0.5}, .per_step = 0.6, .reward = 7},
      {.name = "c", .by_log = {0.5, 0.5, 0.4, 0.5}, .per_step = 0.7, .reward = 1}};
  std::map<std::string, Agreement> pairs;
  CountAgreement(worths, pairs);
  EXPECT_EQ(pairs["a and b"].ordered, 1);
  EXPECT_EQ(pairs["a and b"].alike, 1);
  EXPECT_EQ(pairs["a and b"].alike_by_reward, 0);
  EXPECT_EQ(pairs["a and c"].alike, 1);
  EXPECT_EQ(pairs["b and c"].ordered, 0);  // differences of 0, -.1, .1, 0
}

TEST(CounterfactualCheck, HasOneDecidingFigureAndEachPair) {
  const RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  const std::vector<AuditFigure> figures =
      CounterfactualCheck(*world, config, {.users = 3, .seeds = {1, 2}}, 2);
  EXPECT_EQ(figures.size(), 2u + 6 + 1);
  EXPECT_TRUE(figures[0].decides);
  EXPECT_FALSE(figures[1].decides);
  EXPECT_NE(figures.back().note.find("at random"), std::string::npos);
}

}  // namespace
}  // namespace lerl
