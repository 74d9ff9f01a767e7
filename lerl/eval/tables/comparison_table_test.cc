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
    row.differences.push_back(
        {"ppo", std::string(metric.name), {{-10.25, -10.75, -10.12}, false, true, false}});
  }
  return row;
}

TEST(ComparisonTable, FitsIn120Columns) {
  std::vector<EvaluationResult> rows = {
      ComparisonTableTestRow("ppo"),
      ComparisonTableTestRow("ppo + fatigue_aware planner, kept for 3 steps, without skip_last")};
  rows[1].plans = {.fresh = 12345, .cached = 12345, .nearest = 12345, .fallback = 12345};
  std::istringstream text(ComparisonTable(rows, "ppo"));
  for (std::string line; std::getline(text, line);) EXPECT_LE(line.size(), 120u) << line;
}

TEST(ComparisonTable, ShowsIntervalsDifferencesAndPlans) {
  EvaluationResult row = ComparisonTableTestRow("lerl");
  row.plans = {.fresh = 9, .cached = 8, .nearest = 7, .fallback = 6};
  row.same_first_3 = 0.5;
  const std::string text = ComparisonTable({ComparisonTableTestRow("ppo"), row}, "ppo");
  for (const char* part :
       {"plans: fresh / cached / nearest / fallback", "9 / 8 / 7 / 6", "13.25 [12.50, 14.00]",
        "-10.25 [-10.75, -10.12] -", "lerl (invalid)", "50%", "200 test users x 3 seeds"}) {
    EXPECT_THAT(text, testing::HasSubstr(part));
  }
}

TEST(ComparisonTable, ShowsTheMetricsThatAreNamed) {
  const std::string text =
      ComparisonTable({ComparisonTableTestRow("lerl")}, "lerl", {"novelty", "retention"});
  EXPECT_THAT(text, testing::HasSubstr("novelty"));
  EXPECT_THAT(text, testing::HasSubstr("1325%"));  // a share
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("coverage")));
  EXPECT_THROW(ComparisonTable({ComparisonTableTestRow("lerl")}, "lerl", {"noveltie"}), Error);
}

TEST(ComparisonTable, LeavesOutWhatNoRowHas) {
  EvaluationResult row = ComparisonTableTestRow("lerl");
  std::erase_if(row.metrics, [](const auto& entry) { return entry.first == "retention"; });
  EXPECT_THAT(ComparisonTable({row}, "lerl"), testing::Not(testing::HasSubstr("retention")));
  EXPECT_THAT(ComparisonTable({row, ComparisonTableTestRow("ppo")}, "lerl"),
              testing::HasSubstr("retention"));
  EXPECT_THAT(ComparisonTable({row}, "lerl", {"retention"}),
              testing::HasSubstr("retention: no row has it in this task"));
}

TEST(ComparisonTable, ShowsRankSpeedAndMemory) {
  EvaluationResult row = ComparisonTableTestRow("lerl");
  row.rank = 2;
  row.steps_per_second = 1234.4;
  row.memory_mb = 512.2;
  const std::string text = ComparisonTable({row}, "lerl");
  EXPECT_THAT(text, testing::ContainsRegex("rank +steps/s +MB"));
  EXPECT_THAT(text, testing::ContainsRegex("2 +1234 +512"));
}

TEST(ComparisonTable, OneRowIsComparedWithNothing) {
  const std::string text = ComparisonTable({ComparisonTableTestRow("lerl")}, "lerl");
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("T_int - ")));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("paired")));
  EXPECT_THAT(text, testing::HasSubstr("coverage"));
}

}  // namespace
}  // namespace lerl
