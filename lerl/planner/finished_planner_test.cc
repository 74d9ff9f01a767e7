#include "lerl/planner/finished_planner.h"

#include <gtest/gtest.h>

#include "lerl/llm/scripted_backend.h"
#include "lerl/planner/registry.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

class FinishedPlannerTest : public ::testing::Test {
 protected:
  FinishedPlannerTest() {
    config_.llm.form = "plain";
    config_.llm.table = (ProcessFolder() / "finished_planner" / "table").string();
    config_.student.teacher = "llm_table";
    config_.student.min_labels = 1;
  }
  PlannerContext Context() const {
    return {.dataset = dataset_, .split = split_, .policy_model = factors_};
  }
  static OwnedRequest After(size_t liked) {
    OwnedRequest request(4);
    request.last_liked_step[liked] = 0;
    return request;
  }
  // Plans of a planner that has been trained, and of the one that takes its place.
  void ExpectTheSamePlansWithoutAModel() {
    PlannerContext with_model = Context();
    with_model.backend = MakeScriptedBackend(
        {.score = [](const std::string&, const std::string& suffix, const std::string& label) {
          return suffix.find("saw" + label) != std::string::npos ? 1.0 : 0.0;
        }});
    const auto trained = MakePlanner(config_, with_model);
    trained->BeginIteration(1, PlanMode::kTraining);
    for (size_t c = 0; c < 4; ++c) RankOne(*trained, After(c), PlanMode::kTraining);
    trained->Reflect({});
    TensorFile file;
    trained->Save(file);
    const auto finished = MakeFinishedPlanner(config_, Context());
    ASSERT_NE(finished, nullptr);
    finished->Load(file);
    finished->BeginIteration(1, PlanMode::kEvaluation);
    for (size_t c = 0; c < 4; ++c) {
      const Plan theirs = RankOne(*trained, After(c), PlanMode::kEvaluation);
      const Plan own = RankOne(*finished, After(c), PlanMode::kEvaluation);
      EXPECT_EQ(own.ranking, theirs.ranking);
      EXPECT_EQ(own.origin, theirs.origin);
    }
  }

  const Dataset dataset_ = TinyDataset();
  const Split split_ = TinySplit();
  const MfModel factors_ = TinyFactors();
  PlannerConfig config_;
};

TEST_F(FinishedPlannerTest, ATableNeedsNoModel) {
  config_.name = "llm_table";
  ExpectTheSamePlansWithoutAModel();
  config_.llm.fallback = "round_robin";
  ExpectTheSamePlansWithoutAModel();
}

TEST_F(FinishedPlannerTest, AStudentNeedsNoTeacher) {
  config_.name = "student";
  ExpectTheSamePlansWithoutAModel();
}

TEST_F(FinishedPlannerTest, OthersCanNotDoWithout) {
  for (const char* name : {"llm", "llm_grounded", "round_robin"}) {
    config_.name = name;
    EXPECT_EQ(MakeFinishedPlanner(config_, Context()), nullptr) << name;
  }
  config_.name = "llm_grounded";
  config_.llm.tabulate = true;
  EXPECT_EQ(MakeFinishedPlanner(config_, Context()), nullptr);
}

}  // namespace
}  // namespace lerl
