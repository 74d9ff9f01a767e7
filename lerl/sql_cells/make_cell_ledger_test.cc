#include "lerl/sql_cells/make_cell_ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

TEST(MakeCellLedger, MakesWhatTheUrlNames) {
  const TestFolder folder;
  const std::filesystem::path path = folder.path() / "cells.db";
  EXPECT_TRUE(MakeCellLedger(path.string(), "--ledger")->Studies().empty());
  EXPECT_TRUE(MakeCellLedger("sqlite:" + path.string(), "--ledger")->Studies().empty());
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(MakeCellLedger, NamesTheOptionThatIsWrong) {
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [] { MakeCellLedger("", "--ledger"); }),
              HasSubstr("--ledger"));
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [] { MakeCellLedger("mysql://h/d", "--ledger"); }),
              HasSubstr("--ledger: mysql:// is no store"));
}

}  // namespace
}  // namespace lerl
