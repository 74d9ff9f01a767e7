#include "lerl/eval/audit/plan_errors_table.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

PlanErrorsOutcome TwoPlanners() {
  PlanErrorsRow rule{.planner = "learned"};
  rule.rates[0][0] = {.share = {0.25, 0.125, 0.5}, .users = 20, .steps = 100};
  rule.rates[1][0] = {.share = {}, .users = 1, .steps = 3};
  rule.worth = Interval{0.75, 0.5, 0.875};
  rule.reward = {12.5, 11, 14};
  PlanErrorsRow model{.planner = "llm"};
  model.calibration = PlanCalibration{.users = 20,
                                      .cross_entropy = 2.5,
                                      .less_everyone = {-0.125, -0.25, 0},
                                      .error = 0.0625,
                                      .bins = {{10, 0.5, 0.25}}};
  model.examples = {"stale, user 3, slate 2: likes Drama 3; plan Drama"};
  return {.task = "evolving", .users = 20, .seeds = 3, .plan_size = 2, .rows = {rule, model}};
}

TEST(PlanErrorsTable, ShowsSharesCalibrationAndExamples) {
  const std::string text = PlanErrorsText(TwoPlanners(), 2);
  EXPECT_THAT(text, HasSubstr("0.25 [0.12, 0.50]"));
  EXPECT_THAT(text, HasSubstr("0.75 [0.50, 0.88]"));
  EXPECT_THAT(text, HasSubstr("12.50 [11.00, 14.00]"));
  EXPECT_THAT(text, HasSubstr("too few users"));
  EXPECT_THAT(text, HasSubstr("-0.125 [-0.250, +0.000]"));
  EXPECT_THAT(text, HasSubstr("Examples of llm\n  stale, user 3"));
  EXPECT_THAT(text, Not(HasSubstr("Examples of learned")));
  EXPECT_THAT(text, HasSubstr("20 validation users x 3 seeds, task evolving, plan size 2"));
}

TEST(PlanErrorsTable, IsNullWhereThereIsNothing) {
  const nlohmann::json json = PlanErrorsJson(TwoPlanners(), std::nullopt);
  const nlohmann::json &rule = json["rows"][0], &model = json["rows"][1];
  EXPECT_EQ(rule["R_cum"]["high"], 14);
  EXPECT_EQ(rule["errors"]["all users"]["invalid"]["share"]["low"], 0.125);
  EXPECT_TRUE(rule["errors"]["few likes"]["invalid"]["share"].is_null());
  EXPECT_TRUE(rule["errors"]["niche"]["stale"]["share"].is_null());
  EXPECT_TRUE(rule["calibration"].is_null());
  EXPECT_TRUE(model["worth"].is_null());
  EXPECT_EQ(model["calibration"]["bins"][0]["observed"], 0.25);
  EXPECT_TRUE(json["looks"].is_null());
}

}  // namespace
}  // namespace lerl
