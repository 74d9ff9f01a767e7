#include "lerl/eval/tables/comparison_table.h"

#include <gmock/gmock.h>

#include <sstream>

#include "lerl/base/error.h"
#include "lerl/eval/metrics/registry.h"

namespace lerl {
namespace {

EvaluationResult ComparisonTableTestRow(const std::string& policy) {
  EvaluationResult row{.policy = policy, .users = 200, .seeds = {1, 2, 3}, .interval = "crossed"};
  for (const Metric& metric : Metrics()) {
    row.metrics.emplace_back(metric.name, Interval{13.25, 12.5, 14});
    row.differences.push_back({.against = "ppo",
                               .metric = std::string(metric.name),
                               .comparison = {{-10.25, -10.75, -10.12}, false, true, false}});
    if (metric.name != "R_cum") continue;
    row.differences.back().test = PairedTest{.corrected = {.difference = 0.034},
                                             .relative_margin = 0.02,
                                             .effect_size = -1.25,
                                             .smallest = 0.265,
                                             .family = 3,
                                             .verdict = Verdict::kWorse};
    row.differences.back().improvement = Interval{0.125, 0.1, 0.2};
  }
  row.interquartile_mean = Interval{12.75, 12.5, 13};
  return row;
}

TEST(ComparisonTable, FitsIn120Columns) {
  std::vector<EvaluationResult> rows = {
      ComparisonTableTestRow("ppo"),
      ComparisonTableTestRow("ppo + fatigue_aware planner, kept for 3 steps, without skip_last")};
  rows[1].plans = {.fresh = 12345, .cached = 12345, .nearest = 12345, .fallback = 12345};
  std::istringstream text(ComparisonTable(rows, {"ppo"}));
  for (std::string line; std::getline(text, line);) EXPECT_LE(line.size(), 120u) << line;
}

TEST(ComparisonTable, ShowsIntervalsDifferencesAndPlans) {
  EvaluationResult row = ComparisonTableTestRow("lerl");
  row.plans = {.fresh = 9, .cached = 8, .nearest = 7, .fallback = 6};
  row.training_plans = {.fresh = 2, .cached = 1, .nearest = 9, .kept = 5};
  row.same_first_3 = 0.5;
  const std::string text = ComparisonTable({ComparisonTableTestRow("ppo"), row}, {"ppo"});
  for (const char* part :
       {"plans: fresh / cached / nearest / fallback", "9 / 8 / 7 / 6", "13.25 [12.50, 14.00]",
        "-10.25 [-10.75, -10.12]  .034    worse", "-1.25", "12.75 [12.50, 13.00]", "lerl (invalid)",
        "50%", "200 test users x 3 seeds"}) {
    EXPECT_THAT(text, testing::HasSubstr(part));
  }
  // 17 of 30 plans of the evaluation and 3 of 12 of training are the model's own.
  EXPECT_THAT(text,
              testing::ContainsRegex("9 / 8 / 7 / 6 \\(57%\\) +2 / 1 / 9 / 0 \\(25%\\) +50%"));
}

TEST(ComparisonTable, ShowsEachBehaviourWhereThereAreSeveral) {
  EvaluationResult row = ComparisonTableTestRow("lerl");
  row.behaviours = {{"purchase", {0.0123, 0, 1}, {1.5, 1, 2}}};
  EXPECT_THAT(ComparisonTable({row}, {}), testing::Not(testing::HasSubstr("purchase")));
  row.behaviours.push_back({"cart", {0.25, 0, 1}, {30, 1, 99}});
  const std::string text = ComparisonTable({row, ComparisonTableTestRow("old")}, {});
  for (const char* part :
       {"purchase (a session)", "cart (a session)", "1.2% (1.50)", "25.0% (30.00)"})
    EXPECT_THAT(text, testing::HasSubstr(part));
}

TEST(ComparisonTable, SaysHowManyLabelsAnEndpointDoesNotList) {
  EvaluationResult row = ComparisonTableTestRow("lerl");
  EXPECT_THAT(ComparisonTable({row}, {"lerl"}), testing::Not(testing::HasSubstr("not listed")));
  row.unlisted_labels = 2.25;
  EXPECT_THAT(ComparisonTable({row}, {"lerl"}),
              testing::HasSubstr("lerl: 2.2 labels per plan are not listed"));
}

TEST(ComparisonTable, ShowsTheMetricsThatAreNamed) {
  const std::string text =
      ComparisonTable({ComparisonTableTestRow("lerl")}, {"lerl"}, {"novelty", "retention"});
  EXPECT_THAT(text, testing::HasSubstr("novelty"));
  EXPECT_THAT(text, testing::HasSubstr("1325%"));  // a share
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("coverage")));
  EXPECT_THROW(ComparisonTable({ComparisonTableTestRow("lerl")}, {"lerl"}, {"noveltie"}), Error);
}

TEST(ComparisonTable, LeavesOutWhatNoRowHas) {
  EvaluationResult row = ComparisonTableTestRow("lerl");
  std::erase_if(row.metrics, [](const auto& entry) { return entry.first == "retention"; });
  EXPECT_THAT(ComparisonTable({row}, {"lerl"}), testing::Not(testing::HasSubstr("retention")));
  EXPECT_THAT(ComparisonTable({row, ComparisonTableTestRow("ppo")}, {"lerl"}),
              testing::HasSubstr("retention"));
  EXPECT_THAT(ComparisonTable({row}, {"lerl"}, {"retention"}),
              testing::HasSubstr("retention: no row has it in this task"));
}

TEST(ComparisonTable, ShowsRankAndWhatTrainingCost) {
  EvaluationResult row = ComparisonTableTestRow("lerl");
  row.rank = 2;
  row.steps_per_second = 1234.4;
  row.memory_mb = 512.2;
  row.gradient_steps = 640;
  row.training_sessions = 7680;
  row.training_seconds = 91.7;
  const std::string text = ComparisonTable({row}, {"lerl"});
  EXPECT_THAT(text, testing::ContainsRegex("R_sin +rank\n"));
  EXPECT_THAT(text, testing::ContainsRegex("policy +sessions +updates +seconds +steps/s +MB\n-+\n"
                                           "lerl +7680 +640 +92 +1234 +512"));
}

TEST(ComparisonTable, ShowsABlockForEachReferenceWithTheVerdictBelow) {
  std::vector<EvaluationResult> rows = {ComparisonTableTestRow("ppo"),
                                        ComparisonTableTestRow("lerl"),
                                        ComparisonTableTestRow("slots: lerl")};
  rows[0].differences.clear();
  rows[2].differences.clear();
  for (PairedDifference d : std::vector(rows[1].differences)) {
    d.against = "lerl";
    rows[0].differences.push_back(d);
  }
  const std::string text = ComparisonTable(rows, {"ppo", "lerl", "slots: lerl"});
  EXPECT_THAT(text, testing::ContainsRegex("less ppo +R_cum +p +verdict +effect +P.better. +T_int\n"
                                           "-+\n"
                                           "lerl "));
  EXPECT_THAT(text, testing::ContainsRegex("less lerl .*\n-+\nppo "));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("less slots: lerl")));
  EXPECT_THAT(text, testing::HasSubstr("Verdicts on R_cum follow from 3 paired tests"));
  EXPECT_THAT(text, testing::HasSubstr("Worse than ppo: lerl."));
  EXPECT_THAT(text, testing::HasSubstr("Worse than lerl: ppo."));
  EXPECT_THAT(text, testing::HasSubstr("Smallest difference in R_cum"));
}

TEST(ComparisonTable, BeginsWithWhatWasFoundAndWhatTheColumnsMean) {
  std::vector<EvaluationResult> rows = {ComparisonTableTestRow("ppo"),
                                        ComparisonTableTestRow("lerl")};
  rows[0].differences.clear();
  rows[0].rank = 1;
  rows[1].rank = 2;
  EXPECT_THAT(ComparisonTable(rows, {"ppo"}),
              testing::MatchesRegex("Found: ppo has the highest R_cum (.|\n)*"
                                    "\n\nT_int: mean session length \\(steps\\)\nR_cum: (.|\n)*"));
}

TEST(ComparisonTable, OneRowIsComparedWithNothing) {
  EvaluationResult row = ComparisonTableTestRow("lerl");
  row.differences.clear();
  const std::string text = ComparisonTable({row}, {"lerl"});
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("less lerl")));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("paired")));
  EXPECT_THAT(text, testing::HasSubstr("coverage"));
}

}  // namespace
}  // namespace lerl
