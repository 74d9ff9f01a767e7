#include "lerl/study/study_plan.h"

#include <gmock/gmock.h>

#include "lerl/testing/small_study.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StudyPlans : public StudyTest {};

TEST_F(StudyPlans, HaveARowForEachCombinationAndAContrastInEach) {
  const StudyPlan plan = PlanOf();
  ASSERT_EQ(plan.comparison.rows.size(), 4U);
  EXPECT_EQ(plan.comparison.rows[0].label, "none, ppo");
  EXPECT_EQ(plan.comparison.rows[3].label, "planned, by chance");
  EXPECT_EQ(plan.comparison.rows[3].config.planner.name, "round_robin");
  EXPECT_EQ(plan.comparison.rows[3].config.agent.name, "random");
  ASSERT_EQ(plan.contrasts.size(), 2U);
  EXPECT_EQ(plan.contrasts[1].text, "planned is better than none in R_cum (agent: by chance)");
  EXPECT_THAT(plan.contrasts[1].level, ElementsAre(3));
  EXPECT_THAT(plan.contrasts[1].against, ElementsAre(1));
}

TEST_F(StudyPlans, LimitAndAverageTheirClaims) {
  const std::string claim = kStudyClaim;
  const StudyPlan within = PlanOf(kStudyHead, kStudyFactors, claim + "within = \"agent = ppo\"\n");
  ASSERT_EQ(within.contrasts.size(), 1U);
  EXPECT_THAT(within.contrasts[0].level, ElementsAre(2));
  const StudyPlan average = PlanOf(kStudyHead, kStudyFactors, claim + "average = true\n");
  ASSERT_EQ(average.contrasts.size(), 1U);
  EXPECT_THAT(average.contrasts[0].level, ElementsAre(2, 3));
  EXPECT_THAT(average.contrasts[0].against, ElementsAre(0, 1));
}

TEST_F(StudyPlans, OneAtATimeAreHeldAgainstTheBaseline) {
  const StudyPlan plan = PlanOf(std::string(kStudyHead) + "design = \"one_at_a_time\"\n");
  ASSERT_EQ(plan.comparison.rows.size(), 3U);
  EXPECT_EQ(plan.comparison.rows[0].label, "baseline");
  EXPECT_EQ(plan.comparison.rows[2].label, "agent: by chance");
  ASSERT_EQ(plan.contrasts.size(), 1U);
  EXPECT_THAT(plan.contrasts[0].level, ElementsAre(1));
  EXPECT_THAT(plan.contrasts[0].against, ElementsAre(0));
}

constexpr char kJudged[] = R"(
[[factor]]
name = "judged in"
[[factor.level]]
name = "short"
judge.env.budget = 4
[[factor.level]]
name = "long"
judge.env.budget = 6
)";

TEST_F(StudyPlans, TrainInOneSimulatorAndJudgeInAnother) {
  const StudyPlan plan = PlanOf(kStudyHead, std::string(kStudyFactors) + kJudged);
  const ComparisonRow& row = plan.comparison.rows.front();
  ASSERT_TRUE(row.judged);
  EXPECT_EQ(plan.contrasts.size(), 4U);
  EXPECT_NE(LeaveRules(plan.comparison)[0], LeaveRules(plan.comparison)[1]);
  std::string wrong = kJudged;
  wrong += "judge.planner.plan_size = 1\n";
  EXPECT_THAT(RefusalOf(kStudyHead, std::string(kStudyFactors) + wrong),
              HasSubstr("no part of the simulator"));
  wrong = kJudged;
  wrong += "judge.env.slate_size = 2\n";
  EXPECT_THAT(RefusalOf(kStudyHead, std::string(kStudyFactors) + wrong), HasSubstr("slate_size"));
}

TEST_F(StudyPlans, RefuseToCompareTwoSimulators) {
  const std::string claim =
      "[[claim]]\nfactor = \"judged in\"\nlevel = \"long\"\nagainst = \"short\"\n";
  EXPECT_THAT(RefusalOf(kStudyHead, std::string(kStudyFactors) + kJudged, claim),
              HasSubstr("a difference would be the simulator's"));
}

TEST_F(StudyPlans, RefuseASingleSeed) {
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig,
                      [&] { PlanOf(kStudyHead, kStudyFactors, kStudyClaim, {"train.seeds=[1]"}); }),
              HasSubstr("give at least two"));
}

TEST_F(StudyPlans, AreCutShort) {
  StudyPlan plan = PlanOf(kStudyHead, kStudyFactors, kStudyClaim, {"train.seeds=[1,2,3]"});
  CutToSmoke(plan);
  EXPECT_THAT(plan.seeds(), ElementsAre(1, 2));
  EXPECT_THAT(plan.comparison.title, HasSubstr("figures mean nothing"));
}

// The studies of configs/, which are run by hand.
TEST(StudiesOfTheProgram, CanBeRun) {
  size_t studies = 0;
  for (const auto& entry : std::filesystem::directory_iterator("configs/studies")) {
    StudyPlan plan = MakeStudyPlan(ReadStudy(entry.path()));
    EXPECT_EQ(plan.seeds().size(), 5U) << entry.path();
    EXPECT_GT(plan.contrasts.size(), 5U) << entry.path();
    CutToSmoke(plan);
    EXPECT_EQ(plan.seeds().size(), 2U) << entry.path();
    ++studies;
  }
  EXPECT_EQ(studies, 9U);
}

}  // namespace
}  // namespace lerl
