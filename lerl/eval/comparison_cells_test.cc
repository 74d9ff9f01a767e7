#include "lerl/eval/comparison_cells.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/error.h"
#include "lerl/eval/comparison.h"
#include "lerl/testing/small_comparison.h"
#include "lerl/train/run_folder.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ComparisonCells : public ComparisonTest {
 protected:
  const fs::path out_ = folder_.path() / "out";
};

TEST_F(ComparisonCells, AreTheRunsThatRowsNeedOnceEach) {
  const ComparisonConfig config = Read();
  const std::vector<ComparisonCell> cells = CellsOf(config);
  ASSERT_EQ(cells.size(), 3U * 2U) << "the first two rows share their runs";
  EXPECT_EQ(cells[0].cell.name, GroupFolder("", config.rows[0].config).string() + "/seed-1");
  EXPECT_THAT(cells[0].rows, ElementsAre(0, 1));
  EXPECT_EQ(cells[0].cell.work, config.rows[0].config.train.iterations);
  EXPECT_EQ(cells[1].seed, 2);
  EXPECT_THAT(cells[4].rows, ElementsAre(3));
  EXPECT_EQ(cells[4].cell.work, 1) << "nothing is learned";
}

TEST_F(ComparisonCells, ThatLookPlansUpComeAfterTheirTable) {
  const std::string rows = std::string(kComparisonRows) +
                           "[[rows]]\nlabel = \"table\"\nplanner.name = \"llm_table\"\n"
                           "[[rows]]\nlabel = \"table 1\"\nplanner.name = \"llm_table\"\n"
                           "agent.name = \"random\"\n";
  const std::vector<ComparisonCell> cells = CellsOf(Read(rows));
  ASSERT_EQ(cells.size(), 1U + 5U * 2U);
  EXPECT_TRUE(cells[0].is_table);
  EXPECT_EQ(cells[0].cell.after, "");
  int after = 0;
  for (const ComparisonCell& cell : cells) after += cell.cell.after == cells[0].cell.name;
  EXPECT_EQ(after, 4);
}

TEST_F(ComparisonCells, SettingsChangeTheHashOfAComparison) {
  EXPECT_EQ(ComparisonHash(Read()), ComparisonHash(Read()));
  EXPECT_NE(ComparisonHash(Read()), ComparisonHash(Read(kComparisonRows, {"train.iterations=7"})));
}

TEST_F(ComparisonCells, OneAfterAnotherComeToWhatACommandCollects) {
  const ComparisonConfig config = Read();
  const CompareOptions options;
  ComparisonWork work(config, out_, options);
  const std::function<bool()> never = [] { return false; };
  for (const ComparisonCell& cell : work.cells()) {
    EXPECT_FALSE(work.IsDone(cell));
    CellControl control(never);
    EXPECT_EQ(work.Run(cell.cell.name, control), CellEnd::kDone);
    EXPECT_TRUE(work.IsDone(cell));
    EXPECT_TRUE(fs::exists(work.FolderOf(cell) / "checkpoint.safetensors"));
  }
  CellControl control(never);
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [&] { work.Run("ppo+none-0/seed-9", control); }),
              HasSubstr("no cell ppo+none-0/seed-9"));
  CompareOptions waits;
  waits.study.launch.by = LaunchBy::kOthers;
  EXPECT_TRUE(RunComparison(config, out_, waits).finished()) << "there is nothing to wait for";
}

TEST_F(ComparisonCells, StopAtACheckpointWhereTheirClaimIsTakenAway) {
  const ComparisonConfig config = Read();
  const CompareOptions options;
  ComparisonWork work(config, out_, options);
  const std::function<bool()> never = [] { return false; };
  CellControl lost(never);
  lost.Lose();
  EXPECT_EQ(work.Run(work.cells()[0].cell.name, lost), CellEnd::kStopped);
  EXPECT_FALSE(work.IsDone(work.cells()[0]));
}

}  // namespace
}  // namespace lerl
