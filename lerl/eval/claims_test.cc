#include "lerl/eval/claims.h"

#include <gtest/gtest.h>

#include "lerl/base/rng.h"
#include "lerl/eval/run_scores.h"

namespace lerl {
namespace {

// A row of 30 users and 5 seeds whose R_cum lies around `mean`; all rows share what users are like.
Evaluation ClaimsTestRow(const std::string& policy, double mean, const std::string& rule = "lerl") {
  Evaluation row;
  row.result = {.policy = policy, .users = 30, .seeds = {1, 2, 3, 4, 5}, .leave_rule = rule};
  Rng users(1, "users"), noise(7, policy);
  std::vector<SessionValues> reward(5), length(5);
  for (int32_t user = 0; user < 30; ++user) {
    row.users.push_back(user);
    const double own = mean + users.Normal();
    for (size_t s = 0; s < 5; ++s) {
      reward[s].numerator.push_back(own + 0.3 * noise.Normal());
      length[s].numerator.push_back(2 * own);
    }
  }
  for (const auto& [name, values] : {std::pair("T_int", length), std::pair("R_cum", reward)}) {
    row.tables.emplace_back(name, MakeCrossedTable(values));
    row.result.metrics.emplace_back(name, CrossedInterval(row.tables.back().second));
  }
  return row;
}

Verdict VerdictOf(const Evaluation& row, const std::string& reference,
                  const std::string& metric = "R_cum") {
  const PairedDifference* d = row.result.difference(metric, reference);
  return d != nullptr && d->test ? d->test->verdict : Verdict::kUnclear;
}

TEST(Claims, TestTheClaimedMetricAgainstTwoReferences) {
  std::vector<Evaluation> rows = {ClaimsTestRow("ppo", 10), ClaimsTestRow("lerl", 12),
                                  ClaimsTestRow("random", 8), ClaimsTestRow("ppo again", 10.01)};
  JudgeRows({.references = {"ppo", "lerl"}, .margin = 0.05}, rows);
  EXPECT_EQ(VerdictOf(rows[1], "ppo"), Verdict::kBetter);
  EXPECT_EQ(VerdictOf(rows[2], "ppo"), Verdict::kWorse);
  EXPECT_EQ(VerdictOf(rows[3], "ppo"), Verdict::kSame);
  EXPECT_EQ(VerdictOf(rows[0], "lerl"), Verdict::kWorse);
  EXPECT_EQ(rows[0].result.differences.size(), 2) << "two metrics, against lerl alone";
  for (const Evaluation& row : rows) {
    for (const PairedDifference& d : row.result.differences) {
      EXPECT_EQ(d.test.has_value(), d.metric == "R_cum") << row.result.policy;
      EXPECT_EQ(d.test.value_or(PairedTest{.family = 6}).family, 6);
    }
  }
}

TEST(Claims, CompareNoRowsOfDifferentLeaveRules) {
  std::vector<Evaluation> rows = {ClaimsTestRow("ppo", 10), ClaimsTestRow("lerl", 12),
                                  ClaimsTestRow("slots: ppo", 10, "lerl_slots"),
                                  ClaimsTestRow("slots: lerl", 12, "lerl_slots")};
  JudgeRows({.references = {"ppo", "slots: ppo"}}, rows);
  EXPECT_EQ(rows[1].result.difference("R_cum", "slots: ppo"), nullptr);
  EXPECT_EQ(rows[3].result.difference("R_cum", "ppo"), nullptr);
  ASSERT_NE(rows[3].result.difference("R_cum", "slots: ppo"), nullptr);
  EXPECT_EQ(rows[3].result.difference("R_cum", "slots: ppo")->test->family, 2)
      << "one family for the whole table";
  EXPECT_EQ(rows[1].result.rank, 1);
  EXPECT_EQ(rows[3].result.rank, 1);
}

TEST(Claims, HaveInterquartileMeansAndProbabilitiesOfImprovement) {
  std::vector<Evaluation> rows = {ClaimsTestRow("ppo", 10), ClaimsTestRow("lerl", 12)};
  JudgeRows({.references = {"ppo"}}, rows);
  EXPECT_EQ(rows[0].result.interquartile_mean->mean,
            InterquartileMean(ScoresOf(*rows[0].table("R_cum"))));
  EXPECT_EQ(rows[1].result.difference("R_cum", "ppo")->improvement->mean,
            ProbabilityOfImprovement(ScoresOf(*rows[1].table("R_cum")),
                                     ScoresOf(*rows[0].table("R_cum"))));
  EXPECT_FALSE(rows[1].result.difference("T_int", "ppo")->improvement.has_value());
}

TEST(Claims, CanBeAboutAnotherMetric) {
  std::vector<Evaluation> rows = {ClaimsTestRow("ppo", 10), ClaimsTestRow("lerl", 12)};
  JudgeRows({.references = {"ppo"}, .metric = "T_int"}, rows);
  EXPECT_EQ(VerdictOf(rows[1], "ppo", "T_int"), Verdict::kBetter);
  EXPECT_FALSE(rows[1].result.difference("R_cum", "ppo")->test.has_value());
  std::vector<Evaluation> others = {ClaimsTestRow("ppo", 10), ClaimsTestRow("lerl", 12)};
  JudgeRows({.references = {"ppo"}, .metric = "retention"}, others);  // which no row has
  EXPECT_FALSE(others[1].result.interquartile_mean.has_value());
}

}  // namespace
}  // namespace lerl
