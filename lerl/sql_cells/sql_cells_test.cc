#include "lerl/sql_cells/sql_cells.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "lerl/cells/memory_cells.h"
#include "lerl/sql_cells/sqlite_cells.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

TEST(SqlCells, RunOutByTheDatabasesOwnClockWhereNoneIsGiven) {
  const TestFolder folder;
  SqliteCells ledger(folder.path() / "cells.db");
  ledger.Put({.id = "s", .lease_ms = 1}, std::vector<Cell>{{"a"}});
  const CellClaim first = ledger.Take("s", "w1").value();
  std::optional<CellClaim> second;
  while (!second) second = ledger.Take("s", "w2");
  EXPECT_EQ(second->number, 2);
  EXPECT_FALSE(ledger.Finish(first));
}

TEST(SqlCells, HoldHundredThousandCells) {
  const TestFolder folder;
  SqliteCells ledger(folder.path() / "cells.db");
  std::vector<Cell> cells;
  for (int n = 0; n < 100'000; ++n) cells.push_back({.name = "cell-" + std::to_string(n)});
  ledger.Put({.id = "s"}, cells);
  EXPECT_EQ(ledger.Counts("s").waiting, 100'000);
  EXPECT_EQ(ledger.Take("s", "w")->cell, "cell-0");
  ledger.Put({.id = "s"}, cells);
  EXPECT_EQ(ledger.Counts("s").running, 1);
  EXPECT_EQ(ledger.Take("s", "w")->cell, "cell-1");
}

}  // namespace
}  // namespace lerl
