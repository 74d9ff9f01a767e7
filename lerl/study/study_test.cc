#include "lerl/study/study.h"

#include <gmock/gmock.h>

#include "lerl/base/file.h"
#include "lerl/testing/small_study.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Studies : public StudyTest {
 protected:
  const fs::path out_ = folder_.path() / "out";
};

TEST_F(Studies, RegisterRunAndJudge) {
  const StudyPlan plan = PlanOf();
  const StudyConduct conduct = ConductStudy(plan, out_, {});
  ASSERT_EQ(conduct.end, StudyEnd::kDone);
  EXPECT_EQ(conduct.outcome.rows.size(), 4U);
  EXPECT_TRUE(conduct.outcome.failed.empty());
  EXPECT_NE(conduct.outcome.findings[0].result.verdict, ClaimVerdict::kNotJudged);
  for (const char* name :
       {"analysis.json", "table.md", "verdicts.csv", "table.csv", "results.csv", "cells.csv"})
    EXPECT_TRUE(fs::exists(out_ / name)) << name;
  const std::string table = ReadFile(out_ / "table.md");
  ConductStudy(plan, out_, {});
  EXPECT_EQ(ReadFile(out_ / "table.md"), table);
}

TEST_F(Studies, ShowCellsThatRanOutOfTimeAndGoOn) {
  StudyPlan plan = PlanOf();
  plan.study.cell_minutes = 1e-7;
  CompareOptions options;
  options.study.study.tries = 2;
  const StudyConduct conduct = ConductStudy(plan, out_, options);
  ASSERT_EQ(conduct.end, StudyEnd::kDone);
  ASSERT_FALSE(conduct.outcome.failed.empty());
  EXPECT_EQ(conduct.outcome.failed[0].tries, 2);
  EXPECT_THAT(conduct.outcome.failed[0].error, HasSubstr("out of time"));
  EXPECT_EQ(conduct.outcome.findings[0].result.verdict, ClaimVerdict::kNotJudged);
  EXPECT_THAT(ReadFile(out_ / "table.md"), HasSubstr("## Failed cells"));
}

TEST_F(Studies, JudgeInAnotherSimulatorThanTheyTrainedIn) {
  const std::string judged =
      "[[factor]]\nname = \"judged in\"\n"
      "[[factor.level]]\nname = \"as trained\"\n"
      "[[factor.level]]\nname = \"short\"\njudge.env.budget = 2\n";
  const StudyPlan plan = PlanOf(kStudyHead, kStudyFactors + judged);
  const StudyConduct conduct = ConductStudy(plan, out_, {});
  ASSERT_EQ(conduct.end, StudyEnd::kDone);
  EXPECT_TRUE(conduct.outcome.failed.empty());
  const auto length = [&](size_t row) {
    return conduct.outcome.rows[row].evaluation->result.metric("T_int").mean;
  };
  EXPECT_EQ(plan.comparison.rows[1].label, "none, ppo, short");
  EXPECT_LE(length(1), 2) << "judged at a budget of 2";
  EXPECT_GT(length(0), 2);
  EXPECT_EQ(CellsOf(plan.comparison).size(), 8U) << "both are played by the same runs";
}

}  // namespace
}  // namespace lerl
