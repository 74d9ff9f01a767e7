#include "lerl/data/line_text.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(LineText, KnowsLinesThatEndInAReturnAlone) {
  EXPECT_TRUE(HasLoneReturns("a,b\r1,2\r"));
  EXPECT_FALSE(HasLoneReturns("a,b\r\n1,2\r\n"));
  EXPECT_FALSE(HasLoneReturns("a,b\r"));
  EXPECT_FALSE(HasLoneReturns("a,b"));
}

TEST(LineText, KnowsTheLineByWhichSpreadsheetsTellTheSeparator) {
  EXPECT_TRUE(TellsSeparator("sep=;\r\na;b\n"));
  EXPECT_TRUE(TellsSeparator("sep=\t\na\tb\n"));
  EXPECT_FALSE(TellsSeparator("sep=1,b\n"));
}

TEST(LineText, CountsTheRowsThatAQuotedFieldTakesIn) {
  EXPECT_EQ(RowsWithin("Heroes\n5,a,x\n6,b,", ",", 2), 2);
  EXPECT_EQ(RowsWithin("first\nsecond, and last", ",", 2), 0);
  EXPECT_EQ(RowsWithin("one line", ",", 2), 0);
}

TEST(LineText, UnquotesDoubledQuotesAndEscapedCharacters) {
  EXPECT_EQ(Unquoted("a \"\"b\"\" \\n", false), "a \"b\" \\n");
  EXPECT_EQ(Unquoted("a \\\"b\\\" \"\"c", true), "a \"b\" \"c");
}

}  // namespace
}  // namespace lerl
