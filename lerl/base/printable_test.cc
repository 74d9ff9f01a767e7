#include "lerl/base/printable.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

using std::string_view_literals::operator""sv;

TEST(Printable, WritesControlCharactersOut) {
  EXPECT_EQ(Printable("a\x1b[31mred\n\r\t\x7f"), "a\\x1b[31mred\\n\\r\\t\\x7f");
  EXPECT_EQ(Printable("a\0b"sv), "a\\0b");
  EXPECT_EQ(Printable("\xC2\x9B"
                      "31m"),
            "\\x9b31m");  // one that UTF-8 needs two bytes for
}

TEST(Printable, LeavesLettersOfAllScripts) {
  EXPECT_EQ(Printable("Amélie, 千と千尋, \xF0\x9F\x8E\xAC"), "Amélie, 千と千尋, \xF0\x9F\x8E\xAC");
}

TEST(Printable, ReadsBytesThatAreNoUtf8AsLatin1) {
  EXPECT_EQ(Printable("Am\xE9lie"), "Amélie");
  EXPECT_EQ(Printable("\x90\xE9"), "\\x90é");
}

TEST(Printable, PutsSpacesInThePlaceOfControls) {
  EXPECT_EQ(WithoutControls("a\0b\x1b[1m\nc\xE9\x85"sv), "a b [1m cé ");
  EXPECT_EQ(WithoutControls("Amélie"), "Amélie");
}

TEST(Printable, CutsBetweenCharacters) {
  EXPECT_EQ(Printable("abcdef", 3), "abc...");
  EXPECT_EQ(Printable("abc", 3), "abc");
  EXPECT_EQ(Printable("aé", 2), "a...");
}

TEST(Trimmed, TakesBlanksOffBothEndsAlone) {
  EXPECT_EQ(Trimmed("  a b "), "a b");
  EXPECT_EQ(Trimmed("\ta "), "\ta");
  EXPECT_EQ(Trimmed("\ta ", " \t"), "a");
  EXPECT_EQ(Trimmed("   "), "");
  EXPECT_EQ(Trimmed(""), "");
}

TEST(Printable, KnowsUtf8) {
  EXPECT_EQ(ToUtf8("\xE2\x82"), "\xC3\xA2\xC2\x82");  // a cut sequence is not UTF-8
  EXPECT_TRUE(IsUtf8("0123456789 Amélie 0123456789 é"));
  EXPECT_FALSE(IsUtf8("0123456789 Am\xE9lie 0123456789"));
  EXPECT_FALSE(IsUtf8("\xC0\xAF"));      // overlong
  EXPECT_FALSE(IsUtf8("\xED\xA0\x80"));  // half of a pair of UTF-16
  EXPECT_EQ(Utf8Length(""), 0u);
  EXPECT_EQ(ToUtf8("Am\xE9lie"), "Amélie");
}

TEST(CsvField, IsQuotedWhereItMustBe) {
  EXPECT_EQ(CsvField("Heat (1995)"), "Heat (1995)");
  EXPECT_EQ(CsvField("Good, Bad"), "\"Good, Bad\"");
  EXPECT_EQ(CsvField("\"Heroes\""), "\"\"\"Heroes\"\"\"");
  EXPECT_EQ(CsvField("a\nb"), "\"a\nb\"");
  EXPECT_EQ(CsvField(""), "");
}

TEST(SmallLetters, ChangesCapitalsOfAsciiAlone) {
  EXPECT_EQ(SmallLetters("Sci-FI \xC3\x84Z[9"), "sci-fi \xC3\x84z[9");
  EXPECT_EQ(SmallLetters(""), "");
}

}  // namespace
}  // namespace lerl
