#include "lerl/sql_cells/sqlite_cells.h"

#include <gmock/gmock.h>

#include "lerl/base/file.h"
#include "lerl/events/sqlite_store.h"
#include "lerl/testing/cell_ledger_conformance.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

// A ledger in a folder of its own, which goes with it.
struct FolderCells : SqliteCells {
  FolderCells(std::unique_ptr<TestFolder> folder, const NowUs& now_us)
      : SqliteCells(folder->path() / "deep" / "cells.db", {.now_us = now_us}),
        kept(std::move(folder)) {}
  std::unique_ptr<TestFolder> kept;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, CellLedgerConformance,
                         ::testing::Values(LedgerMaker{
                             "sqlite", [](const CellClock& now_us) {
                               return std::unique_ptr<CellLedger>(
                                   new FolderCells(std::make_unique<TestFolder>(), now_us));
                             }}));

TEST(SqliteCells, OfTwoProcessesShareWhatStandsInTheFile) {
  const TestFolder folder;
  const std::filesystem::path path = folder.path() / "cells.db";
  SqliteCells one(path);
  one.Put({.id = "s"}, std::vector<Cell>{{"a"}, {"b"}});
  SqliteCells two(path, {.synced = false});
  EXPECT_EQ(two.Take("s", "w2")->cell, "a");
  EXPECT_EQ(one.Take("s", "w1")->cell, "b");
  EXPECT_EQ(two.Counts("s").running, 2);
}

TEST(SqliteCells, RefusesFilesOfAnotherKind) {
  const TestFolder folder;
  const std::filesystem::path store = folder.path() / "events.db";
  { const SqliteStore made(store, {}); }
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { const SqliteCells cells(store); }),
              HasSubstr("events.db: a database of another kind"));
  const std::filesystem::path text = folder.Write("text.db", std::string(5000, 'x'));
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { const SqliteCells cells(text); }),
              HasSubstr("text.db"));
  ErrorOf(ErrorKind::kConfig, [&] { const SqliteCells cells(""); });
}

}  // namespace
}  // namespace lerl
