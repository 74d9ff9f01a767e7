#include "lerl/study/study_outcome.h"

#include <gmock/gmock.h>

#include "lerl/testing/small_study.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StudyOutcomes : public StudyTest {
 protected:
  // A row whose users score `base`, `base` + 1, ... under each of the seeds.
  static StudyRow RowOf(double base, const std::vector<int64_t>& seeds) {
    StudyRow row{.seeds = seeds};
    if (seeds.empty()) return row;
    CrossedTable table{
        .seeds = std::ssize(seeds), .users = 4, .of_sessions = true, .estimate = base + 1.5};
    for (size_t s = 0; s < seeds.size(); ++s)
      for (int u = 0; u < 4; ++u) table.cells.push_back(base + u);
    row.evaluation.emplace();
    row.evaluation->tables.emplace_back("R_cum", table);
    row.evaluation->users = {0, 1, 2, 3};
    return row;
  }
  StudyOutcome Judged(const std::vector<int64_t>& seeds_of_last) const {
    StudyOutcome outcome;
    outcome.rows = {RowOf(1, {1, 2}), RowOf(2, {1, 2}), RowOf(3, {1, 2}), RowOf(4, seeds_of_last)};
    JudgeStudy(plan_, outcome);
    return outcome;
  }
  const StudyPlan plan_ = PlanOf();
};

TEST_F(StudyOutcomes, JudgeEachClaimWithTheSeedsOfAllItsRows) {
  const StudyOutcome outcome = Judged({1, 2});
  ASSERT_EQ(outcome.findings.size(), 2U);
  EXPECT_THAT(outcome.findings[0].seeds, ElementsAre(1, 2));
  EXPECT_DOUBLE_EQ(outcome.findings[0].result.corrected.mean, 2);
  EXPECT_EQ(outcome.findings[0].result.verdict, ClaimVerdict::kShown);
  ASSERT_TRUE(outcome.findings[0].improvement);
  EXPECT_EQ(outcome.findings[0].improvement->mean, 1) << "every session is better by two";
  ASSERT_TRUE(outcome.rows[3].rank);
  EXPECT_EQ(outcome.rows[3].rank->mean, 1);
  EXPECT_EQ(outcome.rows[0].rank->mean, 4);
  EXPECT_DOUBLE_EQ(outcome.rows[0].evaluation->result.interquartile_mean->mean, 2.5);
}

TEST_F(StudyOutcomes, OfFailedCellsAreNotJudgedAndTheOthersAre) {
  for (const std::vector<int64_t>& seeds : {std::vector<int64_t>{2}, {}}) {
    const StudyOutcome outcome = Judged(seeds);
    EXPECT_EQ(outcome.findings[0].result.verdict, ClaimVerdict::kShown);
    EXPECT_EQ(outcome.findings[1].result.verdict, ClaimVerdict::kNotJudged);
    EXPECT_THAT(outcome.findings[1].problem, HasSubstr("of 2 seeds"));
    EXPECT_FALSE(outcome.rows[3].rank);
    EXPECT_EQ(outcome.findings[0].result.family, 2) << "a claim that failed still counts";
  }
}

TEST_F(StudyOutcomes, SayThatAMetricHasNoFigure) {
  const StudyPlan plan =
      PlanOf(kStudyHead, kStudyFactors, std::string(kStudyClaim) + "metric = \"regret\"\n");
  StudyOutcome outcome;
  for (int n = 0; n < 4; ++n) outcome.rows.push_back(RowOf(n, {1, 2}));
  JudgeStudy(plan, outcome);
  EXPECT_THAT(outcome.findings[0].problem, HasSubstr("no figure of regret"));
}

}  // namespace
}  // namespace lerl
