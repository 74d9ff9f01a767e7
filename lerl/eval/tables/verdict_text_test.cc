#include "lerl/eval/tables/verdict_text.h"

#include <gmock/gmock.h>

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

EvaluationResult RowWith(const std::string& policy, Verdict verdict, double p_same = 1) {
  EvaluationResult row{.policy = policy};
  row.metrics.emplace_back("R_cum", Interval{10, 9, 11});
  PairedDifference difference{.against = "ppo", .metric = "R_cum"};
  difference.test = PairedTest{.corrected = {.same = p_same},
                               .relative_margin = 0.02,
                               .smallest = 0.3,
                               .family = 6,
                               .verdict = verdict};
  row.differences.push_back(difference);
  return row;
}

std::vector<EvaluationResult> Rows() {
  EvaluationResult ppo{.policy = "ppo"};
  ppo.metrics.emplace_back("R_cum", Interval{10, 9, 11});
  return {ppo,
          RowWith("a", Verdict::kBetter),
          RowWith("b, c", Verdict::kBetter, 0.01),
          RowWith("d", Verdict::kWorse),
          RowWith("e", Verdict::kSame, 0.01),
          RowWith("f", Verdict::kNoWorse),
          RowWith("g", Verdict::kUnclear)};
}

TEST(VerdictText, SaysOfEachRowWhatItsTestsSay) {
  EXPECT_THAT(VerdictSentences(Rows(), {"ppo"}),
              ElementsAre("Better than ppo: a; b, c (by less than 2%). Worse than ppo: d. "
                          "The same as ppo within 2%: e. Not worse than ppo by 2%: f. "
                          "Unclear against ppo: g."));
}

TEST(VerdictText, LooksAtNoInterval) {
  std::vector<EvaluationResult> rows = Rows();
  const std::vector<std::string> before = VerdictSentences(rows, {"ppo"});
  for (EvaluationResult& row : rows) {
    row.metrics[0].second = {1, 0, 100};
    for (PairedDifference& d : row.differences) d.comparison = {{-1, -2, 3}, false, true, false};
  }
  EXPECT_EQ(VerdictSentences(rows, {"ppo"}), before);
}

TEST(VerdictText, NamesRowsAndReferencesOfAnotherProgram) {
  std::vector<EvaluationResult> rows = Rows();
  rows.resize(2);
  rows[0].stale = "played at 0123";
  EXPECT_THAT(VerdictSentences(rows, {"ppo"}), ElementsAre("Better than ppo (stale): a."));
  std::swap(rows[0].stale, rows[1].stale);
  EXPECT_THAT(VerdictSentences(rows, {"ppo"}), ElementsAre("Better than ppo: a (stale)."));
}

TEST(VerdictText, NamesOraclesAndInvalidRows) {
  std::vector<EvaluationResult> rows = {RowWith("greedy", Verdict::kBetter),
                                        RowWith("lerl", Verdict::kBetter)};
  rows[0].oracle = true;
  rows[1].plans = {.fallback = 9};
  EXPECT_THAT(VerdictSentences(rows, {"ppo"}),
              ElementsAre("Better than ppo: greedy (oracle); lerl (invalid)."));
}

TEST(VerdictText, HasASentenceForEachReferenceWithTests) {
  std::vector<EvaluationResult> rows = Rows();
  for (PairedDifference d : std::vector(rows[1].differences)) {
    d.against = "e";
    rows[1].differences.push_back(d);
  }
  EXPECT_THAT(VerdictSentences(rows, {"e", "ppo", "g"}),
              ElementsAre("Better than e: a.", HasSubstr("Better than ppo")));
}

TEST(VerdictText, SaysHowManyTestsThereWereAndWhatTheyCouldShow) {
  std::vector<EvaluationResult> rows = Rows();
  EXPECT_EQ(ClaimedMetric(rows), "R_cum");
  EXPECT_THAT(VerdictLead(rows), HasSubstr("from 6 paired tests"));
  rows[3].differences[0].test->smallest = 0.5;
  EXPECT_THAT(SmallestDifferenceText(rows),
              HasSubstr("0.3 or 3% of the reference (median; from 0.3 to 0.5)"));
}

TEST(VerdictText, IsSilentWhereNothingWasTested) {
  std::vector<EvaluationResult> rows = Rows();
  for (EvaluationResult& row : rows)
    for (PairedDifference& d : row.differences) d.test.reset();
  EXPECT_EQ(ClaimedMetric(rows), "");
  EXPECT_EQ(VerdictLead(rows) + SmallestDifferenceText(rows), "");
  EXPECT_TRUE(VerdictSentences(rows, {"ppo"}).empty());
}

TEST(Wrapped, BreaksAtBlanks) {
  EXPECT_EQ(Wrapped("ab cd efg", 5), "ab cd\nefg\n");
  EXPECT_EQ(Wrapped("", 5), "");
}

}  // namespace
}  // namespace lerl
