#include "lerl/planner/llm/saved_table_planner.h"

#include <gmock/gmock.h>

#include "lerl/llm/scripted_backend.h"
#include "lerl/planner/llm/coarse_state.h"
#include "lerl/planner/llm/llm_planner.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

class SavedTablePlannerTest : public ::testing::Test {
 protected:
  SavedTablePlannerTest() {
    config_.name = "llm_table";
    config_.llm.form = "plain";
    config_.llm.table = (ProcessFolder() / "saved_table" / "table").string();
    std::filesystem::remove_all(std::filesystem::path(config_.llm.table).parent_path());
  }
  // What a category earns in each state differs from all others.
  static double Score(const std::string&, const std::string& suffix, const std::string& label) {
    return static_cast<double>(std::hash<std::string>()(suffix + "|" + label) % 1000) / 100;
  }
  OwnedRequest Request(int32_t user, int liked_last) const {
    OwnedRequest request(4);
    request.user = user;
    request.seed = 5;
    request.candidates[3] = 0;
    if (liked_last >= 0) request.last_liked_step[static_cast<size_t>(liked_last)] = 0;
    return request;
  }

  const Dataset dataset_ = TinyDataset();
  const Split split_ = TinySplit();
  PlannerConfig config_;
};

TEST_F(SavedTablePlannerTest, RanksAsThePlannerThatAskedTheModel) {
  for (const double temperature : {0.0, 1.0}) {
    config_.llm.temperature = temperature;
    LlmPlanner asked(TableConfig(config_), dataset_, split_, MakeScriptedBackend({.score = Score}));
    TensorFile file;
    asked.Save(file);
    SavedTablePlanner saved(config_, dataset_, split_);
    saved.Load(file);
    EXPECT_EQ(saved.name(), asked.name());
    for (const int32_t user : {0, 1})
      for (int liked_last = -1; liked_last < 4; ++liked_last) {
        const Plan theirs = RankOne(asked, Request(user, liked_last), PlanMode::kEvaluation);
        const Plan own = RankOne(saved, Request(user, liked_last), PlanMode::kEvaluation);
        EXPECT_EQ(own.ranking, theirs.ranking);
        EXPECT_EQ(own.raw_first, theirs.raw_first);
        EXPECT_EQ(own.origin, PlanOrigin::kCached);
        EXPECT_EQ(own.reason, "");
      }
  }
}

TEST_F(SavedTablePlannerTest, SaysWhereATableHasNoAnswer) {
  SavedTablePlanner planner(config_, dataset_, split_);
  const Plan none = RankOne(planner, Request(0, 1));
  EXPECT_EQ(none.origin, PlanOrigin::kFallback);
  EXPECT_EQ(none.reason, "the checkpoint holds no plans");
  PlanCache cache(1, 4);
  cache.Insert("prompt", AllCoarseStates("pair", 4).at(0), {{0, 1, 2, 3}, ""});
  TensorFile file;
  cache.Save(file, kSavedAnswers);
  planner.Load(file);
  const Plan nearest = RankOne(planner, Request(0, 1));
  EXPECT_THAT(nearest.ranking, ElementsAre(2, 1, 0));
  EXPECT_EQ(nearest.origin, PlanOrigin::kNearest);
  EXPECT_EQ(nearest.reason, "not in the checkpoint's table: nearest state");
}

}  // namespace
}  // namespace lerl
