#include "lerl/cells/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/cells/memory_cells.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

// Does with a cell what a test says, and keeps the order.
struct TestWork : CellWork {
  std::function<CellEnd(const std::string&, CellControl&)> run =
      [](const std::string&, CellControl&) { return CellEnd::kDone; };
  std::vector<std::string> ran;

  CellEnd Run(const std::string& cell, CellControl& control) override {
    ran.push_back(cell);
    return run(cell, control);
  }
};

class Worker : public ::testing::Test {
 protected:
  Worker() {
    SetLogQuiet(true);
    ledger_.Put(study_, std::vector<Cell>{{"a"}, {"b"}});
  }
  CellEnd Run(const std::function<bool()>& should_stop = [] { return false; }) {
    return WorkOff(ledger_,
                   {.study = "s",
                    .name = "w",
                    .lease_ms = study_.lease_ms,
                    .pause = std::chrono::milliseconds(1)},
                   work_, should_stop);
  }
  StudyCounts Counts() { return ledger_.Counts("s"); }

  const Study study_{.id = "s", .lease_ms = 60, .tries = 2};
  MemoryCells ledger_;
  TestWork work_;
};

TEST_F(Worker, RunsCellsInOrderUntilNoneIsLeft) {
  EXPECT_EQ(Run(), CellEnd::kDone);
  EXPECT_THAT(work_.ran, ElementsAre("a", "b"));
  EXPECT_EQ(Counts().done, 2);
}

TEST_F(Worker, TriesAgainWhatFailsAndGoesOnWithTheOthers) {
  work_.run = [](const std::string& cell, CellControl&) -> CellEnd {
    if (cell == "a") throw Error(ErrorKind::kData, "bad data\nsecond line");
    return CellEnd::kDone;
  };
  EXPECT_EQ(Run(), CellEnd::kDone);
  EXPECT_THAT(work_.ran, ElementsAre("a", "a", "b"));
  const std::vector<FailedCell> failed = ledger_.Failed("s");
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].error, "bad data");
  EXPECT_EQ(failed[0].kind, "data");
}

TEST_F(Worker, LeavesACellAloneThatAnotherProcessIsStillAt) {
  work_.run = [this](const std::string& cell, CellControl&) -> CellEnd {
    if (cell == "a" && work_.ran.size() == 1) throw Error(ErrorKind::kBusy, "folder in use");
    return CellEnd::kDone;
  };
  EXPECT_EQ(Run(), CellEnd::kDone);
  EXPECT_THAT(work_.ran, ElementsAre("a", "b", "a"));
  EXPECT_EQ(Counts().done, 2);
}

TEST_F(Worker, GivesBackWhatAStopCutShort) {
  bool stop = false;
  work_.run = [&stop](const std::string&, CellControl& control) {
    stop = true;
    return control.Stopped() ? CellEnd::kStopped : CellEnd::kDone;
  };
  EXPECT_EQ(Run([&stop] { return stop; }), CellEnd::kStopped);
  EXPECT_THAT(work_.ran, ElementsAre("a"));
  EXPECT_EQ(Counts().waiting, 2);
}

TEST_F(Worker, StopsWhereACellStopsByItself) {
  work_.run = [](const std::string&, CellControl&) { return CellEnd::kStopped; };
  EXPECT_EQ(Run(), CellEnd::kStopped);
  EXPECT_EQ(Counts().waiting, 2);
}

TEST_F(Worker, GivesSignsOfLifeAndNoticesThatItsClaimWasTakenAway) {
  work_.run = [this](const std::string& cell, CellControl& control) {
    if (cell == "b" || work_.ran.size() > 1) return CellEnd::kDone;
    control.Advance(7);
    while (Counts().progress != 7) std::this_thread::yield();
    ledger_.Free("s", "w", "freed by somebody");
    while (!control.Stopped()) std::this_thread::yield();
    EXPECT_TRUE(control.lost());
    return CellEnd::kStopped;
  };
  EXPECT_EQ(Run(), CellEnd::kDone);
  EXPECT_THAT(work_.ran, ElementsAre("a", "a", "b"));
  EXPECT_EQ(Counts().done, 2);
}

TEST_F(Worker, WaitsForCellsOfOthersOrLeavesThem) {
  const CellClaim other = ledger_.Take("s", "other").value();
  EXPECT_EQ(WorkOff(ledger_, {.study = "s", .name = "w", .waits = false}, work_), CellEnd::kDone);
  EXPECT_THAT(work_.ran, ElementsAre("b"));
  EXPECT_EQ(Run(), CellEnd::kDone) << "whose lease runs out";
  EXPECT_THAT(work_.ran, ElementsAre("b", "a"));
  EXPECT_FALSE(ledger_.Finish(other));
}

TEST(NewWorkerName, IsAnotherEachTime) { EXPECT_NE(NewWorkerName(), NewWorkerName()); }

}  // namespace
}  // namespace lerl
