#include "lerl/eval/audit/closed_loop_cell.h"

#include <gtest/gtest.h>

#include "lerl/base/file.h"
#include "lerl/llm/scripted_backend.h"
#include "lerl/testing/closed_loop_rows.h"
#include "lerl/train/cold_start.h"

namespace lerl {
namespace {

class ClosedLoopCellTest : public ::testing::Test {
 protected:
  ClosedLoopCellTest()
      : world_(TinyEvolvingWorld(config_)),
        cold_(CutHistories(*world_, config_.agent.factors, kColdRows)) {}

  ClosedLoopPlay With() const {
    return {.world = *world_,
            .cold = cold_,
            .backend = MakeScriptedBackend({}),
            .users = 4,
            .iterations = 1};
  }
  PlayedCell Play(const ClosedLoopCell& cell) { return PlayCell(config_, cell, With()).value(); }

  RunConfig config_ = TinyClosedLoop();
  const std::unique_ptr<World> world_;
  const World cold_;
};

TEST_F(ClosedLoopCellTest, GivesEveryPlannerTheSameUsersAndTheSameLowLevel) {
  for (const char* task : {kLerlTask, kEvolvingTask, kColdTask}) {
    const ClosedLoopCell plain{.setting = {task, 1}, .planner = "round_robin"};
    ClosedLoopCell learned = plain;
    learned.planner = "learned";
    EXPECT_EQ(CellConfig(config_, plain, 4).agent.name, "mmr");
    const PlayedCell a = Play(plain), b = Play(learned);
    EXPECT_EQ(a.users.size(), 4U) << task;
    EXPECT_EQ(a.users, b.users);
    EXPECT_FALSE(a.learns);
    EXPECT_TRUE(b.learns);
    EXPECT_EQ(Play(learned).reward, b.reward) << task;
  }
}

TEST_F(ClosedLoopCellTest, ASeedHasAPermutationOfItsOwnWhereAskedFor) {
  const auto label_seed = [this](const char* planner, int64_t seed, bool permute) {
    const ClosedLoopCell cell{.setting = {kLerlTask, 1}, .planner = planner, .seed = seed};
    return CellConfig(config_, cell, 4, permute).planner.llm.label_seed;
  };
  const int64_t own = config_.planner.llm.label_seed;
  EXPECT_EQ(label_seed("llm", 3, false), own);
  EXPECT_EQ(label_seed("llm", 1, true), own);
  EXPECT_EQ(label_seed("llm", 3, true), own + 2);
  EXPECT_EQ(label_seed("random", 3, true), own);
}

TEST_F(ClosedLoopCellTest, CountsWhatALanguageModelWasAsked) {
  const PlayedCell cell = Play({.setting = {kLerlTask, 1}, .planner = "llm"});
  const auto fresh = static_cast<size_t>(PlanOrigin::kFresh);
  EXPECT_TRUE(cell.asks);
  EXPECT_GT(cell.plans[fresh], 0);
  EXPECT_GE(cell.prompts, cell.plans[fresh]);
}

TEST_F(ClosedLoopCellTest, AScriptedModelIsToldWhomItIsAskedAbout) {
  const ClosedLoopCell cell{.setting = {kColdTask, 1}, .planner = "llm", .nu = 0};
  RunConfig tabulated = config_;
  tabulated.planner.llm.tabulate = true;
  EXPECT_TRUE(CellConfig(tabulated, cell, 4).planner.llm.name_user);
  EXPECT_FALSE(CellConfig(tabulated, cell, 4).planner.llm.tabulate);
  EXPECT_NE(Play(cell).reward, Play({.setting = {kColdTask, 1}, .planner = "llm"}).reward);
}

TEST_F(ClosedLoopCellTest, AFileComesBackUnderItsOwnKeyAlone) {
  const TestFolder folder;
  const ClosedLoopCell cell{.setting = {kColdTask, 1}, .planner = "llm_grounded", .seed = 3};
  EXPECT_EQ(CellFile(cell, HeldOut::kSealed), "cold_start-llm_grounded-size1-sealed-seed3.json");
  const std::filesystem::path path = folder.path() / CellFile(cell, HeldOut::kTest);
  const std::string key = CellKey(config_, cell, With());
  EXPECT_FALSE(ReadCell(path, key));
  const PlayedCell played = Play(cell);
  WriteCell(path, played, key);
  const PlayedCell back = ReadCell(path, key).value();
  EXPECT_EQ(back.users, played.users);
  EXPECT_EQ(back.reward, played.reward);
  EXPECT_EQ(back.length, played.length);
  EXPECT_EQ(back.plans, played.plans);
  EXPECT_EQ(back.figures, played.figures);
  ClosedLoopPlay longer = With();
  longer.iterations = 2;
  EXPECT_FALSE(ReadCell(path, CellKey(config_, cell, longer)));
  WriteFileWhole(path, "{\"key\": \"" + key + "\"");
  EXPECT_FALSE(ReadCell(path, key));
}

}  // namespace
}  // namespace lerl
