#include "lerl/cells/study_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <stdexcept>

#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/base/progress.h"
#include "lerl/cells/memory_cells.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

struct KeepingWork : CellWork {
  std::mutex mutex;
  std::multiset<std::string> ran;

  CellEnd Run(const std::string& cell, CellControl&) override {
    const std::lock_guard lock(mutex);
    ran.insert(cell);
    if (cell == "bad") throw Error(ErrorKind::kUnusable, "it is bad");
    return cell == "stops" ? CellEnd::kStopped : CellEnd::kDone;
  }
};

class StudyRun : public ::testing::Test {
 protected:
  StudyRun() {
    Progress::SetQuiet(true);
    SetLogQuiet(true);
  }
  StudyEnd Run(const Launch& launch, const std::vector<Cell>& cells, CellLedger* ledger = nullptr) {
    StudyOptions options{.study = {.id = "s", .tries = 2}, .launch = launch};
    if (ledger != nullptr)
      options.open = [ledger] { return std::shared_ptr<CellLedger>(ledger, [](CellLedger*) {}); };
    return RunStudy(options, cells, work_, {.what = "test", .unit = "cells"});
  }
  std::string ErrorOfRun(const Launch& launch, const std::vector<Cell>& cells,
                         CellLedger* ledger = nullptr) {
    try {
      Run(launch, cells, ledger);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUnusable);
      return error.what();
    }
    return "";
  }

  KeepingWork work_;
};

TEST_F(StudyRun, RunsEveryCellOnceInThreadsButWhatIsDone) {
  EXPECT_EQ(Run({.workers = 3}, {{"a"}, {"b", "a"}, {"c", "", 1, true}, {"d"}}), StudyEnd::kDone);
  EXPECT_THAT(work_.ran, UnorderedElementsAre("a", "b", "d"));
}

TEST_F(StudyRun, NamesTheCellThatFailedOnceAllOthersAreDone) {
  EXPECT_EQ(ErrorOfRun({}, {{"bad"}, {"a"}}), "s: bad failed after 2 tries: it is bad");
  EXPECT_THAT(work_.ran, UnorderedElementsAre("a", "bad", "bad"));
}

TEST_F(StudyRun, SaysThatACellStoppedAndThatCellsWereOnlyPut) {
  MemoryCells ledger;
  EXPECT_EQ(Run({}, {{"stops"}}), StudyEnd::kStopped);
  EXPECT_EQ(Run({.by = LaunchBy::kNobody}, {{"a"}}, &ledger), StudyEnd::kPut);
  EXPECT_EQ(ledger.Counts("s").waiting, 1);
}

TEST_F(StudyRun, ReplacesProcessesThatDieUntilTheirCellHasFailed) {
  // Such a worker takes no cell, so it is replaced as often as it could have taken some.
  MemoryCells ledger;
  const Launch launch{.by = LaunchBy::kProcesses, .command = {"sh", "-c", "kill -9 $$"}};
  EXPECT_THAT(ErrorOfRun(launch, {{"a"}}, &ledger), HasSubstr("ended with exit status 137"));
}

TEST_F(StudyRun, EndsWhereNoWorkerIsLeft) {
  MemoryCells ledger;
  const Launch launch{.by = LaunchBy::kProcesses, .workers = 2, .command = {"sh", "-c", "exit 3"}};
  EXPECT_THAT(ErrorOfRun(launch, {{"a"}, {"b"}}, &ledger),
              HasSubstr("no worker is left (the last ended with exit status 3), and 2 cells"));
  const Launch stops{.by = LaunchBy::kProcesses, .command = {"sh", "-c", "exit 130"}};
  EXPECT_EQ(Run(stops, {{"a"}}, &ledger), StudyEnd::kStopped);
}

}  // namespace
}  // namespace lerl
