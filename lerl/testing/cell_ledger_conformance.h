#pragma once
// What every ledger of cells must do (cells/cell_ledger.h), on a clock that the test moves.
//
// A test instantiates CellLedgerConformance with a LedgerMaker.

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <ostream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/cells/cell_ledger.h"

namespace lerl {

using CellClock = std::function<int64_t()>;

struct LedgerMaker {
  std::string name;  // of the kind, which names of tests end with
  // Makes an empty ledger on the clock; nothing where the database is not installed.
  std::unique_ptr<CellLedger> (*make)(const CellClock& now_us);

  friend void PrintTo(const LedgerMaker& maker, std::ostream* out) { *out << maker.name; }
};

inline Study StudyNamed(const std::string& id) {
  return {.id = id, .what = "{\"kind\":\"test\"}", .commit = "abc", .lease_ms = 1000, .tries = 2};
}

class CellLedgerConformance : public ::testing::TestWithParam<LedgerMaker> {
 protected:
  void SetUp() override {
    ledger_ = GetParam().make([this] { return now_us_.load(); });
    if (!ledger_) GTEST_SKIP() << "the database is not installed";
    ledger_->Put(study_, std::vector<Cell>{{"a", "", 3}, {"b", "a", 5}, {"c", "", 7}});
  }

  std::string Take(const std::string& worker) {
    const std::optional<CellClaim> claim = ledger_->Take(study_.id, worker);
    return claim ? claim->cell : "";
  }
  StudyCounts Counts() { return ledger_->Counts(study_.id); }
  void Sleep(int64_t ms) { now_us_ += ms * 1000; }

  const Study study_ = StudyNamed("test:s");
  std::atomic<int64_t> now_us_ = 1'000'000'000;
  std::unique_ptr<CellLedger> ledger_;
};

TEST_P(CellLedgerConformance, GivesCellsInOrderEachOnceAndWhatComesAfterOnceItMayBegin) {
  const CellClaim a = ledger_->Take(study_.id, "w1").value();
  EXPECT_EQ(a.cell, "a");
  EXPECT_EQ(a.number, 1);
  EXPECT_EQ(a.worker, "w1");
  EXPECT_EQ(Take("w2"), "c") << "b comes after a";
  EXPECT_EQ(Take("w3"), "");
  EXPECT_TRUE(ledger_->Finish(a));
  EXPECT_EQ(Take("w3"), "b");
  EXPECT_EQ(Take("w4"), "");
  EXPECT_EQ(ledger_->Take("test:other", "w4"), std::nullopt);
  const StudyCounts counts = Counts();
  EXPECT_EQ(counts.waiting, 0);
  EXPECT_EQ(counts.running, 2);
  EXPECT_EQ(counts.done, 1);
  EXPECT_EQ(counts.open(), 2);
  EXPECT_EQ(counts.cells(), 3);
  EXPECT_EQ(counts.work, 15);
  EXPECT_EQ(counts.progress, 3);
  EXPECT_EQ(counts.claims, 3);
}

TEST_P(CellLedgerConformance, KeepsStudiesApart) {
  const Study other = StudyNamed("test:'other' \"quoted\" \xC3\xA9");
  ledger_->Put(other, std::vector<Cell>{{"a"}});
  EXPECT_EQ(ledger_->Studies(), (std::vector<Study>{other, study_}));
  EXPECT_EQ(ledger_->Take(other.id, "w1")->cell, "a");
  EXPECT_EQ(ledger_->Take(other.id, "w1"), std::nullopt);
  EXPECT_EQ(Counts().waiting, 3);
  EXPECT_EQ(ledger_->Counts("test:none").cells(), 0);
}

TEST_P(CellLedgerConformance, TakesACellAgainOnceItsWorkerIsSilentForTheLease) {
  const CellClaim first = ledger_->Take(study_.id, "w1").value();
  Sleep(900);
  EXPECT_TRUE(ledger_->Beat(first, 2));
  EXPECT_EQ(Counts().progress, 2);
  Sleep(900);
  EXPECT_EQ(Take("w2"), "c") << "w1 has given a sign of life";
  EXPECT_EQ(Take("w2"), "");
  Sleep(200);
  EXPECT_EQ(Counts().waiting, 2) << "a, and b after it";
  const CellClaim second = ledger_->Take(study_.id, "w2").value();
  EXPECT_EQ(second.cell, "a");
  EXPECT_EQ(second.number, 2);
  EXPECT_FALSE(ledger_->Beat(first, 3)) << "it learns that its claim was taken away";
  ledger_->Fail(first, "", "too late to matter");
  ledger_->GiveBack(first);
  EXPECT_TRUE(ledger_->Beat(second, 1));
  EXPECT_FALSE(ledger_->Finish(first));
  EXPECT_TRUE(ledger_->Finish(second));
  EXPECT_TRUE(ledger_->Finish(second)) << "said twice, where the answer was lost";
  EXPECT_FALSE(ledger_->Finish(first));
  EXPECT_EQ(Counts().late, 2);
  EXPECT_EQ(Counts().done, 1);
}

TEST_P(CellLedgerConformance, ASilentWorkerThatEndsBeforeAnybodyElseTookItsCellHasDoneIt) {
  const CellClaim claim = ledger_->Take(study_.id, "w1").value();
  EXPECT_EQ(Take("w2"), "c");
  Sleep(2000);
  EXPECT_TRUE(ledger_->Beat(claim, 1)) << "nobody has noticed";
  Sleep(2000);
  EXPECT_TRUE(ledger_->Finish(claim));
  EXPECT_EQ(Counts().late, 0);
}

TEST_P(CellLedgerConformance, ACellThatFailsEveryTimeHasFailedAfterItsTriesWithTheLastError) {
  for (const char* error : {"first", "last: caf\xC3\xA9"}) {
    EXPECT_TRUE(ledger_->Failed(study_.id).empty());
    ledger_->Fail(ledger_->Take(study_.id, "w1").value(), "data", error);
  }
  const std::vector<FailedCell> failed = ledger_->Failed(study_.id);
  ASSERT_EQ(failed.size(), 2U);
  EXPECT_EQ(failed[0].name, "a");
  EXPECT_EQ(failed[0].tries, 2);
  EXPECT_EQ(failed[0].kind, "data");
  EXPECT_EQ(failed[0].error, "last: caf\xC3\xA9");
  EXPECT_EQ(failed[1].name, "b");
  EXPECT_EQ(failed[1].error, "needs a, which failed");
  EXPECT_EQ(Take("w1"), "c");
  EXPECT_EQ(Counts().failed, 2);
  try {
    ThrowFailed(*ledger_, study_.id);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kData);
    EXPECT_STREQ(error.what(),
                 "test:s: a failed after 2 tries: last: caf\xC3\xA9 (and 1 more cells)");
  }
}

TEST_P(CellLedgerConformance, ACellThatKillsItsWorkersHasFailedAfterItsTries) {
  ledger_->Take(study_.id, "w1").value();
  Sleep(1100);
  ledger_->Take(study_.id, "w2").value();
  Sleep(1100);
  EXPECT_EQ(Take("w3"), "c");
  const std::vector<FailedCell> failed = ledger_->Failed(study_.id);
  ASSERT_EQ(failed.size(), 2U);
  EXPECT_EQ(failed[0].error, "worker w2 gave no sign of life");
}

TEST_P(CellLedgerConformance, FreesAtOnceWhatADeadWorkerHolds) {
  ledger_->Take(study_.id, "w1").value();
  EXPECT_EQ(Take("w2"), "c");
  ledger_->Free(study_.id, "w1", "its worker ended by signal 9");
  EXPECT_EQ(Take("w3"), "a");
  ledger_->Free(study_.id, "w3", "its worker ended by signal 9");
  EXPECT_EQ(Take("w3"), "");
  EXPECT_EQ(ledger_->Failed(study_.id).at(0).error, "its worker ended by signal 9");
}

TEST_P(CellLedgerConformance, WhatIsGivenBackWaitsForItsTimeAndLosesNoTry) {
  for (int n = 0; n < 5; ++n) ledger_->GiveBack(ledger_->Take(study_.id, "w1").value());
  ledger_->GiveBack(ledger_->Take(study_.id, "w1").value(), 500);
  EXPECT_EQ(Take("w1"), "c");
  Sleep(600);
  const CellClaim claim = ledger_->Take(study_.id, "w1").value();
  EXPECT_EQ(claim.cell, "a");
  EXPECT_EQ(claim.number, 7);
  ledger_->Fail(claim, "", "once");
  EXPECT_EQ(Take("w1"), "a") << "it has a try left";
}

TEST_P(CellLedgerConformance, IsBroughtUpToDateWithoutLosingWhoIsAtWork) {
  const CellClaim a = ledger_->Take(study_.id, "w1").value();
  ledger_->Fail(ledger_->Take(study_.id, "w2").value(), "", "c fails");
  ledger_->Fail(ledger_->Take(study_.id, "w2").value(), "", "c fails");
  Study changed = study_;
  changed.what = "{}";
  changed.commit = "def";
  changed.lease_ms = 5000;
  ledger_->Put(changed, std::vector<Cell>{{"d"}, {"a"}, {"c", "", 7, true}});
  EXPECT_EQ(ledger_->Studies(), std::vector<Study>{changed});
  const StudyCounts counts = Counts();
  EXPECT_EQ(counts.waiting, 1) << "d; b is gone";
  EXPECT_EQ(counts.running, 1) << "a";
  EXPECT_EQ(counts.done, 1) << "c, whose files are there";
  EXPECT_TRUE(ledger_->Finish(a));
  EXPECT_EQ(Take("w1"), "d");
  EXPECT_EQ(Take("w1"), "");
  // What is no longer there, although it was done, waits anew.
  ledger_->Put(changed, std::vector<Cell>{{"a"}});
  EXPECT_EQ(Take("w1"), "a");
}

TEST_P(CellLedgerConformance, ManyWorkersTakeEveryCellOnce) {
  constexpr int kCells = 200, kWorkers = 8;
  std::vector<Cell> cells;
  for (int n = 0; n < kCells; ++n) cells.push_back({.name = std::to_string(n)});
  const Study many = StudyNamed("test:many");
  ledger_->Put(many, cells);
  std::mutex mutex;
  std::multiset<std::string> taken;
  std::vector<std::thread> threads;
  for (int w = 0; w < kWorkers; ++w)
    threads.emplace_back([&, w] {
      while (const auto claim = ledger_->Take(many.id, "w" + std::to_string(w))) {
        EXPECT_TRUE(ledger_->Beat(*claim, 0));
        EXPECT_TRUE(ledger_->Finish(*claim));
        const std::lock_guard lock(mutex);
        taken.insert(claim->cell);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken.size(), static_cast<size_t>(kCells));
  EXPECT_EQ(std::set<std::string>(taken.begin(), taken.end()).size(), static_cast<size_t>(kCells));
  EXPECT_EQ(ledger_->Counts(many.id).done, kCells);
}

}  // namespace lerl
