#include "lerl/data/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::HasSubstr;

class TableTest : public testing::Test {
 protected:
  std::filesystem::path File(const std::string& text) { return folder_.Write("rows.csv", text); }
  TestFolder folder_;
};

TEST_F(TableTest, ReadsQuotedFieldsAlsoWithQuotesSeparatorsAndLineBreaks) {
  Table table(File("a,b,c\n1,\"x, y\",\"say \"\"hi\"\"\"\r\n2,\"two\nlines\",\n"));
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.Text(1), "x, y");
  EXPECT_EQ(table.Text(2), "say \"hi\"");
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.Text(1), "two\nlines");
  EXPECT_EQ(table.Text(2), "");
  EXPECT_EQ(table.line(), 3);
  EXPECT_FALSE(table.Next());
}

TEST_F(TableTest, TakesSeveralBytesAsSeparatorAndTypedHeaders) {
  Table table(File("1::Film: the End::a|b\n"),
              {.separator = "::", .quotes = false, .columns = {"id", "title", "genres"}});
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.Text(1), "Film: the End");
  EXPECT_EQ(table.Integer(0), 1);
  Table typed(folder_.Write("x.inter", "user_id:token\trating:float\n7\t3.5\n"),
              {.separator = "\t", .quotes = false, .columns = {}});
  ASSERT_TRUE(typed.Next());
  EXPECT_EQ(typed.Real(typed.Column("rating")), 3.5);
}

TEST_F(TableTest, AWrongFieldIsNamedWithFileLineAndColumn) {
  Table table(File("id,like\n1,0\n22,yes\n"));
  ASSERT_TRUE(table.Next());
  EXPECT_FALSE(table.Flag(1));
  ASSERT_TRUE(table.Next());
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { (void)table.Flag(1); }),
              HasSubstr("rows.csv:3:4: like is 'yes'; a number is expected"));
}

TEST_F(TableTest, RefusesNumbersThatAreNotWholeOrNotFinite) {
  Table table(File("a,b,c\n9.0,9.5,inf\n"));
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.Integer(0), 9);
  EXPECT_THROW((void)table.Integer(1), BadRow);
  EXPECT_THROW((void)table.Real(2), BadRow);
}

TEST_F(TableTest, TimesAreMillisecondsWhateverTheirUnitAndStayWithinTheCalendar) {
  Table table(File("s,ms,us,wrong\n1593878903.438,1593878903438,1593878903438000,1593878903438\n"));
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.TimeMs(0, 1000), 1593878903438);
  EXPECT_EQ(table.TimeMs(1, 1), 1593878903438);
  EXPECT_EQ(table.TimeMs(2, 1e-3), 1593878903438);
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { (void)table.TimeMs(3, 1000); }),
              HasSubstr("is the unit right?"));
}

TEST_F(TableTest, AMissingColumnIsNamedWithWhatTheFileHas) {
  Table table(File("user_id,vidio_id\n1,2\n"));
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { (void)table.Column("video_id"); }),
              testing::AllOf(HasSubstr("rows.csv:1: column 'video_id' is missing"),
                             HasSubstr("did you mean 'vidio_id'?")));
}

TEST_F(TableTest, ATruncatedAnEmptyAndAMissingFileAreErrors) {
  Table table(File("a,b,c\n1,2,3\n4,5"));
  ASSERT_TRUE(table.Next());
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { table.Next(); }),
              HasSubstr("the file is cut off: its last row has 2 fields where 3 are expected"));
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { Table(File("")); }), HasSubstr("empty"));
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { Table(folder_.path() / "none.csv"); }),
              HasSubstr("none.csv: the file is missing"));
}

TEST_F(TableTest, BadRowsAreCountedUpToTheirShareAndTheFirstOneIsNamedBeyondIt) {
  std::string text = "id\n";
  for (int row = 0; row < 20; ++row) text += row % 10 == 4 ? "bad\n" : std::to_string(row) + "\n";
  const auto read = [&](double share) {
    Table table(File(text));
    BadRows bad(share);
    int64_t sum = 0;
    EXPECT_EQ(ReadRows(table, bad, [&] { sum += table.Integer(0); }), 20);
    EXPECT_EQ(sum, 190 - 4 - 14);
    return bad.count();
  };
  EXPECT_EQ(read(.1), 2);
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { read(.09); }),
              testing::AllOf(HasSubstr("rows.csv:6:1: id is 'bad'"),
                             HasSubstr("first of 2 bad rows of 20")));
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { read(0); }), HasSubstr("data.max_bad_share"));
}

TEST_F(TableTest, ARowWithTooManyFieldsIsABadRow) {
  Table table(File("a,b\n1,2,3\n4,5\n"));
  EXPECT_THROW(table.Next(), BadRow);
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.Integer(0), 4);
}

TEST(ToUtf8, KeepsUtf8AndEncodesLatin1) {
  EXPECT_EQ(ToUtf8("Caf\xC3\xA9"), "Caf\xC3\xA9");
  EXPECT_EQ(ToUtf8("Caf\xE9"), "Caf\xC3\xA9");
  EXPECT_EQ(ToUtf8("\xE2\x82"), "\xC3\xA2\xC2\x82");  // a cut sequence is not UTF-8
}

}  // namespace
}  // namespace lerl
