#include "lerl/data/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/data/bad_rows.h"
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

TEST_F(TableTest, ReadsObjectsOfJsonWithOneOnEachLine) {
  Table table(File("{\"u\": 1, \"votes\": {\"funny\": 2}}\n\n{\"u\": null, \"v\": [1, \"a\"]}\n"
                   "not json\n{\"u\": \"x\"}"),
              {.columns = {}, .json = true});
  const size_t u = table.Column("u"), funny = table.Column("votes.funny"), v = table.Column("v");
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.Integer(u), 1);
  EXPECT_EQ(table.Integer(funny), 2);
  EXPECT_EQ(table.Text(v), "");
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.Text(u), "");
  EXPECT_EQ(table.Text(v), "[1,\"a\"]");
  EXPECT_EQ(table.line(), 3);
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { table.Next(); }),
              HasSubstr("rows.csv:4:1: the line is no object of JSON; it begins with 'not json'"));
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.Text(u), "x");
  EXPECT_FALSE(table.Next());
  EXPECT_EQ(table.lines().records, 4);
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { (void)table.Column("votes.fun"); }),
              HasSubstr("did you mean 'votes.funny'?"));
  const auto list = File("[{\"u\": 1}]\n");
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { Table(list, {.columns = {}, .json = true}); }),
              HasSubstr("one list of JSON; an object on each line is expected"));
}

TEST_F(TableTest, RowsOfABlockShareTheIdAboveThem) {
  Table table(File("1:\n7,3,2005-09-06\r\n2:\r\n8,4,2005-09-07\n"),
              {.columns = {"user", "rating", "date"}, .blocks = "movie"});
  const size_t movie = table.Column("movie");
  for (int pass = 0; pass < 2; ++pass) {
    ASSERT_TRUE(table.Next());
    EXPECT_EQ(table.Text(movie), "1");
    EXPECT_EQ(table.line(), 2);
    ASSERT_TRUE(table.Next());
    EXPECT_EQ(table.Text(movie), "2");
    EXPECT_EQ(table.Text(0), "8");
    EXPECT_FALSE(table.Next());
    EXPECT_EQ(table.lines().header, 2);
    EXPECT_EQ(table.lines().records, 2);
    table.Rewind();
  }
}

TEST_F(TableTest, EachItemShownIsARow) {
  Table table(File("1,u,N1-0 N-2-1\n2,v,\n3,w,N3-1 N4\n4,x, N5-0 \n"),
              {.columns = {"id", "user", "shown"}, .shown = "shown"});
  const size_t item = table.Column("shown.item"), response = table.Column("shown.response");
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.Text(item), "N1");
  EXPECT_FALSE(table.Flag(response));
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.Text(item), "N-2");
  EXPECT_TRUE(table.Flag(response));
  EXPECT_EQ(table.Text(1), "u");
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.Text(1), "w");
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { table.Next(); }),
              HasSubstr("rows.csv:3:5: 'N4' is no item shown; ITEM-1 or ITEM-0 is expected"));
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.Text(item), "N5");
  EXPECT_FALSE(table.Next());
  EXPECT_EQ(table.lines().records, 4);
}

TEST_F(TableTest, TheLastColumnMayTakeTheRestAndBackslashesMayEscape) {
  Table rest(File("1,2003,Isle, the Return, \"1\"\n"),
             {.columns = {"id", "year", "title"}, .rest = true});
  ASSERT_TRUE(rest.Next());
  EXPECT_EQ(rest.Text(2), "Isle, the Return, \"1\"");
  Table escaped(File("a;\"the \\\"J. Doe\\\"; \\\\ life\";c\n"),
                {.separator = ";", .columns = {"1", "2", "3"}, .escapes = true});
  ASSERT_TRUE(escaped.Next());
  EXPECT_EQ(escaped.Text(1), "the \"J. Doe\"; \\ life");
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

TEST_F(TableTest, ARowWithTooManyFieldsIsABadRow) {
  Table table(File("a,b\n1,2,3\n4,5\n"));
  EXPECT_THROW(table.Next(), BadRow);
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.Integer(0), 4);
}

TEST_F(TableTest, ALoneQuoteIsABadRowAndSwallowsNoOther) {
  std::string text = "id,title\n1,\"Heroes\n";
  for (int row = 2; row < 30; ++row) text += std::to_string(row) + ",a\n";
  Table table(File(text));
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { table.Next(); }),
              testing::AllOf(HasSubstr("rows.csv:2:3: the quoted field that begins here"),
                             HasSubstr("quotes = \"none\"")));
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.Integer(0), 2);
  EXPECT_EQ(table.line(), 3);
}

TEST_F(TableTest, AQuoteThatTheFileEndsInIsABadRow) {
  Table table(File("id,title\n1,\"Heroes\n2,b\n"));
  EXPECT_THROW(table.Next(), BadRow);
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.Text(1), "b");
  EXPECT_FALSE(table.Next());
}

TEST_F(TableTest, CountsWhatBecameOfEachLine) {
  Table table(File("id,title\n1,\"two\nlines\"\n\n2,b\n3\n4,d"));
  BadRows bad(1);
  EXPECT_EQ(ReadRows(table, bad, [] {}), 4);
  ASSERT_EQ(bad.files().size(), 1u);
  const FileLines& lines = bad.files()[0];
  EXPECT_EQ(lines.file, "rows.csv");
  EXPECT_EQ(lines.lines, 7);
  EXPECT_EQ(lines.header, 1);
  EXPECT_EQ(lines.blank, 1);
  EXPECT_EQ(lines.records, 4);  // one of them in two lines
}

TEST_F(TableTest, ReadsOtherEncodingsAsUtf8) {
  Table guessed(File("id,title\n1,Am\xE9lie\n"),
                {.separator = ",", .columns = {}, .encoding = "auto"});
  ASSERT_TRUE(guessed.Next());
  EXPECT_EQ(guessed.Text(1), "Amélie");
  Table named(File("id,title\n1,\xB6\xAF\xD7\xF7\n"),
              {.separator = ",", .columns = {}, .encoding = "gbk"});
  ASSERT_TRUE(named.Next());
  EXPECT_EQ(named.Text(1), "动作");
}

TEST_F(TableTest, ErrorsSendNoControlCharacterAndNoEndlessHeader) {
  std::string header = "a\x1b[31m";
  for (int column = 0; column < 10'000; ++column) header += ",column" + std::to_string(column);
  Table table(File(header + "\n"));
  const std::string message = ErrorOf(ErrorKind::kData, [&] { (void)table.Column("none"); });
  EXPECT_LT(message.size(), 1'000u);
  EXPECT_THAT(message, testing::AllOf(HasSubstr("a\\x1b[31m"), testing::Not(HasSubstr("\x1b"))));
}

TEST_F(TableTest, AColumnWhoseNameComesTwiceIsAnErrorWithBothPositions) {
  Table table(File("user,item,user\n1,2,3\n"));
  EXPECT_EQ(table.Column("item"), 1U);
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { table.Column("user"); }),
              HasSubstr("rows.csv:1: columns 1 and 3 are both called 'user'; rename one of them"));
}

TEST_F(TableTest, AQuotedHeaderBetweenTabsNamesTheKeyThatReadsIt) {
  Table table(File("\"user\"\t\"item\"\n\"1\"\t\"2\"\n"),
              {.separator = "\t", .quotes = false, .columns = {}});
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { table.Column("user"); }),
              HasSubstr("the header is quoted: set quotes = \"double\""));
}

TEST_F(TableTest, AQuotedFieldThatTakesRowsInIsAWarning) {
  Table table(File("u,i,t\n1,1,a\n1,2,\"Heroes\n2,1,b\n2,2,Helden\"\n3,1,\"two\nlines\"\n"));
  testing::internal::CaptureStderr();
  while (table.Next()) {
  }
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("rows.csv:3:5: the quoted field that begins here takes 2 further lines in, "
                        "each with as many separators as a row"));
}

TEST_F(TableTest, ARepeatedHeaderIsABadRowThatSaysSo) {
  Table table(File("u,i\n1,2\nu,i\n3,4\n"));
  ASSERT_TRUE(table.Next());
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { table.Next(); }),
              HasSubstr("rows.csv:3:1: the row repeats the header line; take it out"));
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.Text(0), "3");
  Table named(File("u,i\n1,2\n"), {.columns = {"u", "i"}});
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { named.Next(); }),
              HasSubstr("take columns out of the description"));
}

TEST_F(TableTest, PassesOverTheMarksOfDosAndOfSpreadsheets) {
  Table table(File("sep=;\r\nu;i\r\n1;2\r\n\x1A"), {.separator = ";", .columns = {}});
  EXPECT_EQ(table.Column("i"), 1U);
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.line(), 3);
  EXPECT_FALSE(table.Next());
  table.Rewind();
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.lines().header, 2);
}

TEST_F(TableTest, LinesThatEndInAReturnAloneAreRefused) {
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { Table(File("u,i\r1,2\r3,4\r")); }),
              HasSubstr("rows.csv:1: its lines end in a carriage return alone"));
}

}  // namespace
}  // namespace lerl
