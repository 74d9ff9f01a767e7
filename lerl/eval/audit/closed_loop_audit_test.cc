#include "lerl/eval/audit/closed_loop_audit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lerl/base/json_file.h"
#include "lerl/eval/audit/closed_loop_table.h"
#include "lerl/llm/scripted_backend.h"
#include "lerl/planner/registry.h"
#include "lerl/testing/closed_loop_rows.h"

namespace lerl {
namespace {

TEST(AuditClosedLoop, PlaysEveryPlannerInEverySettingAndNothingTwice) {
  const TestFolder folder;
  const RunConfig config = TinyClosedLoop();
  const auto world = TinyEvolvingWorld(config);
  const ClosedLoopOptions options{.users = 4,
                                  .seeds = {1, 2},
                                  .iterations = 1,
                                  .out = folder.path(),
                                  .backend = MakeScriptedBackend({})};
  const std::vector<ClosedLoopRow> rows = AuditClosedLoop(*world, config, options).rows;
  const auto judged = std::ranges::count_if(
      PlannerRows(), [](const PlannerRow& row) { return !row.has_teacher && !row.heeds_wishes; });
  EXPECT_EQ(std::ssize(rows), 5 * judged + 1);  // scripted model
  for (const ClosedLoopRow& row : rows) {
    EXPECT_EQ(row.reward.users, 4);
    EXPECT_EQ(row.reward.seeds, 2);
    EXPECT_GE(row.length.estimate, 1);
  }

  // What is on file is taken as it is; what is gone is played again, to the same figures.
  const std::filesystem::path kept = folder.path() / "evolving-random-size1-test-seed1.json";
  nlohmann::json cell = TryReadJsonFile(kept);
  for (auto& reward : cell["R_cum"]) reward = 1000;
  WriteJsonFile(kept, cell);
  std::filesystem::remove(folder.path() / "lerl-learned-size3-test-seed2.json");
  const std::vector<ClosedLoopRow> again = AuditClosedLoop(*world, config, options).rows;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].planner == "random" && rows[i].setting == ClosedLoopSetting{kEvolvingTask, 1})
      EXPECT_GT(again[i].reward.estimate, 500);
    else
      EXPECT_EQ(again[i].reward.cells, rows[i].reward.cells) << rows[i].planner;
  }
  EXPECT_NO_THROW(ClosedLoopText(again));
}

TEST(AuditClosedLoop, PlaysThePlannersThatAreNamedAlone) {
  const TestFolder folder;
  const RunConfig config = TinyClosedLoop();
  const auto rows = AuditClosedLoop(*TinyEvolvingWorld(config), config,
                                    {.users = 4,
                                     .seeds = {3, 4},
                                     .iterations = 1,
                                     .planners = {"random"},
                                     .out = folder.path(),
                                     .backend = MakeScriptedBackend({})})
                        .rows;
  EXPECT_EQ(rows.size(), 5);
  for (const ClosedLoopRow& row : rows) EXPECT_EQ(row.planner, "random");
  EXPECT_NO_THROW(ClosedLoopText(rows));
  EXPECT_NO_THROW(ClosedLoopJson(rows));
}

}  // namespace
}  // namespace lerl
