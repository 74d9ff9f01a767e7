#include "lerl/data/parquet_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/data/bad_rows.h"
#include "lerl/data/table.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::filesystem::path kPlays = "examples/data/parquet/plays.parquet";

TEST(ParquetRows, KnowsItsColumnsAndThoseOfStructures) {
  const ParquetRows rows(kPlays);
  EXPECT_EQ(rows.rows(), 60);
  EXPECT_THAT(rows.columns(), ElementsAre("user", "track_id", "time", "played_share", "liked",
                                          "device", "device.kind"));
}

TEST(ParquetRows, GivesTheFieldsThatAreAskedForAndThoseAgain) {
  ParquetRows rows(kPlays);
  const std::vector<bool> asked = {true, false, false, false, true, false, true};
  for (int pass = 0; pass < 2; ++pass) {
    std::string lines;
    ASSERT_TRUE(rows.Next(asked, lines));
    EXPECT_TRUE(
        lines.starts_with("u1\x1F"
                          "false\x1Fphone\nu1\x1F"
                          "false\x1F"
                          "car\n"));
    EXPECT_EQ(std::ranges::count(lines, '\n'), 60);
    std::vector<std::string_view> fields;
    EXPECT_EQ(rows.Split(lines, fields), 15U);
    EXPECT_THAT(fields, ElementsAre("u1", "", "", "", "false", "", "phone"));
    EXPECT_FALSE(rows.Next(asked, lines));
    rows.Rewind();
  }
}

TEST(ParquetRows, TellsParquetFromOtherFiles) {
  const TestFolder folder;
  EXPECT_TRUE(IsParquet(kPlays));
  EXPECT_FALSE(IsParquet(folder.Write("a", "PAR")));
  EXPECT_FALSE(IsParquet(folder.path() / "missing"));
}

TEST(ParquetRows, ADamagedFileIsAnErrorThatNamesIt) {
  const TestFolder folder;
  const auto path = folder.Write("cut.parquet", "PAR1 and no more");
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { ParquetRows rows(path); }),
              HasSubstr("cut.parquet: this Parquet file can't be read"));
}

TEST(ParquetTable, HasTheColumnsThatAreAskedForAndCanBeReadAgain) {
  Table table(kPlays);
  const size_t liked = table.Column("liked"), kind = table.Column("device.kind");
  EXPECT_EQ(table.EstimateRows(), 60U);
  EXPECT_EQ(table.ShareRead(), 0);
  for (int pass = 0; pass < 2; ++pass) {
    BadRows bad(0);
    int64_t phones = 0;
    EXPECT_EQ(ReadRows(table, bad,
                       [&] {
                         EXPECT_THAT(table.Text(liked), testing::AnyOf("true", "false"));
                         phones += table.Text(kind) == "phone" ? 1 : 0;
                       }),
              60);
    EXPECT_GT(phones, 0);
    EXPECT_EQ(table.lines().lines, 60);
    EXPECT_EQ(table.ShareRead(), 1);
    table.Rewind();
  }
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { table.Column("like"); }),
              HasSubstr("did you mean 'liked'?"));
}

TEST(ParquetTable, AWrongFieldNamesItsRow) {
  Table table(kPlays);
  const size_t user = table.Column("user");
  ASSERT_TRUE(table.Next());
  ASSERT_TRUE(table.Next());
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { table.Integer(user); }),
              HasSubstr("plays.parquet:2:1: user is 'u1'; a number is expected"));
}

}  // namespace
}  // namespace lerl
