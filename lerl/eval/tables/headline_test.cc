#include "lerl/eval/tables/headline.h"

#include <gmock/gmock.h>

namespace lerl {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

EvaluationResult HeadlineRow(const std::string& policy, const std::string& planner, double reward,
                             int64_t rank) {
  EvaluationResult row{.policy = policy};
  row.planner = planner;
  row.leave_rule = "lerl";
  row.rank = rank;
  row.metrics.emplace_back("R_cum", Interval{reward, reward - 1, reward + 1});
  return row;
}

void AddTest(EvaluationResult& row, const std::string& against, Verdict verdict,
             double difference) {
  PairedDifference d{.against = against, .metric = "R_cum"};
  d.comparison.difference.mean = difference;
  d.test = PairedTest{.verdict = verdict};
  row.differences.push_back(d);
}

// As in the demo: a random planner, one that takes turns, a language model, and none.
std::vector<EvaluationResult> Demo() {
  std::vector<EvaluationResult> rows = {
      HeadlineRow("ppo", "none", 11.1, 4), HeadlineRow("drawn", "random", 14.1, 2),
      HeadlineRow("turns", "round_robin", 14.2, 1), HeadlineRow("lerl", "llm_table", 13.5, 3)};
  AddTest(rows[2], "ppo", Verdict::kBetter, 3.1);
  AddTest(rows[2], "drawn", Verdict::kUnclear, 0.07);
  AddTest(rows[3], "ppo", Verdict::kBetter, 2.4);
  AddTest(rows[3], "drawn", Verdict::kUnclear, -0.5);
  AddTest(rows[3], "turns", Verdict::kWorse, -0.66);
  return rows;
}

TEST(Headline, SaysWhatWasFoundAndWhatWasNot) {
  EXPECT_EQ(Headline(Demo()),
            "Found: turns has the highest R_cum (14.2), not told apart from drawn. Not found: a "
            "gain of the language model: lerl is not told apart from drawn (-0.5) and worse than "
            "turns (-0.66).");
}

TEST(Headline, FindsAGainWhereTheModelBeatsEveryPlannerWithoutOne) {
  std::vector<EvaluationResult> rows = Demo();
  rows[3].differences.clear();
  AddTest(rows[3], "drawn", Verdict::kBetter, 0.5);
  AddTest(rows[3], "turns", Verdict::kBetter, 0.4);
  EXPECT_THAT(Headline(rows),
              HasSubstr("Found: a gain of the language model: lerl is better than drawn (+0.5) "
                        "and better than turns (+0.4)."));
}

TEST(Headline, SaysWhereTheModelWasNotTestedOrIsInvalid) {
  std::vector<EvaluationResult> rows = Demo();
  rows[3].plans.fallback = 7;
  EXPECT_THAT(Headline(rows), HasSubstr("lerl is invalid"));
  rows[3].differences.resize(1);
  EXPECT_THAT(Headline(rows), HasSubstr("Not tested: the language model of lerl"));
}

TEST(Headline, HoldsRowsOfDifferentLeaveRulesApart) {
  std::vector<EvaluationResult> rows = Demo();
  for (EvaluationResult row : Demo()) {
    row.policy += " easy";
    row.leave_rule = "lerl_slots";
    for (PairedDifference& d : row.differences) d.against += " easy";
    row.metrics[0].second.mean += 5;
    rows.push_back(row);
  }
  EXPECT_THAT(Headline(rows),
              AllOf(HasSubstr("Leave rule lerl: Found: turns has the highest R_cum (14.2), not "
                              "told apart from drawn."),
                    HasSubstr("Leave rule lerl_slots: Found: turns easy has the highest R_cum "
                              "(19.2), not told apart from drawn easy.")));
}

TEST(Headline, SaysNothingOfOraclesAndWithoutTests) {
  std::vector<EvaluationResult> rows = Demo();
  rows[2].oracle = true;
  rows[2].rank.reset();
  EXPECT_THAT(Headline(rows),
              AllOf(HasSubstr("Found: drawn has the highest"), Not(HasSubstr("turns"))));
  for (EvaluationResult& row : rows) row.differences.clear();
  EXPECT_EQ(Headline(rows), "");
  EXPECT_EQ(Headline({}), "");
}

}  // namespace
}  // namespace lerl
