#include "lerl/eval/report/comparison_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/file.h"
#include "lerl/base/version.h"
#include "lerl/eval/report/report_input.h"
#include "lerl/testing/small_world.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/trainer.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Two rows that share their runs and one that does not learn, two seeds.
class ComparisonReport : public ::testing::Test {
 protected:
  ComparisonReport() {
    config_.title = "Tiny <b>";
    config_.references = {"ppo", "random"};
    config_.notes = {"A note."};
    config_.sample_sessions = 2;
    config_.text = "title = \"Tiny\"\n";
    RunConfig run = TinyRun();
    config_.rows = {{"ppo", run}, {"re-ordered", run}, {"random", run}};
    config_.rows[1].config.evaluation.reorder = true;
    config_.rows[2].config.agent.name = "random";
    world_ = TinyWorld(run);
  }

  ReportInput Write() const {
    std::vector<EvaluationResult> results;
    std::vector<std::vector<HeldOutPlay>> plays;
    for (const ComparisonRow& row : config_.rows) {
      const RunConfig& run = row.config;
      plays.emplace_back();
      for (const int64_t seed : run.train.seeds) {
        const auto folder = SeedFolder(GroupFolder(folder_.path(), run), seed);
        Train(*world_, run, seed, folder, Resume::kContinue, [](int64_t, const std::string&) {});
        plays.back().push_back(EvaluateRun(*world_, run, seed, folder));
      }
      results.push_back(EvaluateRow(row.label, *world_, run, plays.back()).result);
    }
    const auto env = MakeWorldEnv(*world_, *config_.rows[0].config.env, 1);
    const ResponseReport judged =
        MakeResponseReport(world_->dataset, world_->split, *world_->response_model, *env);
    WriteComparisonReport(config_, *world_, judged, results, plays, folder_.path());
    return ReadReportJson(folder_.path() / "report.json");
  }

  ComparisonConfig config_;
  std::unique_ptr<World> world_;
  const TestFolder folder_;
};

TEST_F(ComparisonReport, HoldsWhatTheConfigurationSays) {
  const ReportInput input = Write();
  EXPECT_EQ(input.title, "Tiny <b>");
  EXPECT_THAT(input.references, ElementsAre("ppo", "random"));
  EXPECT_THAT(input.notes, ElementsAre("A note."));
  EXPECT_EQ(input.config_text, config_.text);
  EXPECT_THAT(input.seeds, ElementsAre(1, 2));
  EXPECT_EQ(input.commit, Commit());
  EXPECT_FALSE(input.machine.empty());
  EXPECT_FALSE(input.created.empty());
  EXPECT_FALSE(input.dataset_lines.empty());
  EXPECT_EQ(input.rows.size(), 3);
  EXPECT_THAT(ReadFile(folder_.path() / "report.html"), HasSubstr("<html"));
}

TEST_F(ComparisonReport, ShowsTheCurvesOfEachRunOnce) {
  const ReportInput input = Write();
  ASSERT_EQ(input.curves.size(), 2) << "one per seed: the second row shares, the third learns not";
  for (const LearningCurve& curve : input.curves) {
    EXPECT_EQ(curve.policy, "ppo");
    ASSERT_EQ(curve.points.size(), 4) << "before the first iteration and after each of three";
    for (size_t i = 1; i < curve.points.size(); ++i)
      EXPECT_GT(curve.points[i].user_steps, curve.points[i - 1].user_steps);
  }
}

TEST_F(ComparisonReport, AddsUpWhatPlannersDidInTraining) {
  const ReportInput input = Write();
  ASSERT_EQ(input.planners.size(), 1);
  EXPECT_EQ(input.planners[0].policy, "ppo");
  EXPECT_EQ(input.planners[0].phase, "training");
  double trained = 0;
  for (const LearningCurve& curve : input.curves) trained += curve.points.back().user_steps;
  EXPECT_GT(static_cast<double>(input.planners[0].plans.rule), trained)
      << "every training step has a plan, and those of validation";
  EXPECT_EQ(input.planners[0].plans.fresh, 0);
}

TEST_F(ComparisonReport, ShowsTheSameUsersSessionsForEachRow) {
  const ReportInput input = Write();
  ASSERT_EQ(input.sessions.size(), 6);
  for (size_t row = 0; row < 3; ++row)
    for (size_t s = 0; s < 2; ++s) {
      const SampleSession& session = input.sessions[row * 2 + s];
      EXPECT_EQ(session.policy, config_.rows[row].label);
      EXPECT_EQ(session.user, input.sessions[s].user);
      EXPECT_EQ(session.seed, 1);
      EXPECT_FALSE(session.steps.empty());
    }
}

TEST_F(ComparisonReport, ShowsTheResponseModelsCalibrationAndSpread) {
  const ResponseModelReport shown = Write().response_model;
  EXPECT_EQ(shown.name, "mf");
  ASSERT_EQ(shown.behaviours.size(), 1);
  EXPECT_EQ(shown.behaviours[0].name, "like");
  EXPECT_GT(shown.oracle_reward, shown.random_reward);
  int64_t rows = 0;
  for (const CalibrationBin& bin : shown.behaviours[0].bins) rows += bin.count;
  EXPECT_GT(rows, 0);
}

}  // namespace
}  // namespace lerl
