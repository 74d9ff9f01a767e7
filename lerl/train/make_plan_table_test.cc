#include "lerl/train/make_plan_table.h"

#include <gtest/gtest.h>

#include "lerl/testing/embedded_model.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

TEST(MakePlanTable, AsksForEveryPairOnceAndThenReadsTheFile) {
  LERL_NEED_DEFAULT_MODEL(path);
  const TestFolder folder;
  RunConfig config = TinyRun();
  config.data.name = WriteTinyCsv(folder).string();
  config.planner.name = "llm_table";
  config.planner.llm.table = (folder.path() / "table.safetensors").string();
  const PlanTableInfo made = MakePlanTable(config);
  EXPECT_EQ(made.file, folder.path() / "table.safetensors");
  EXPECT_GT(made.states, 0);
  EXPECT_EQ(made.answered, made.states);
  EXPECT_EQ(made.asked, made.states);
  const PlanTableInfo read = MakePlanTable(config);
  EXPECT_EQ(read.answered, made.states);
  EXPECT_EQ(read.asked, 0);
}

}  // namespace
}  // namespace lerl
