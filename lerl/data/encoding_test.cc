#include "lerl/data/encoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::HasSubstr;

// "id,Amélie\n" as UTF-16 of this byte order.
std::string Utf16(bool little, bool mark) {
  std::string bytes;
  const auto put = [&](unsigned unit) {
    const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
    bytes += little ? low : high;
    bytes += little ? high : low;
  };
  if (mark) put(0xFEFF);
  for (const unsigned char c : std::string("id,Am\xE9lie\n")) put(c);
  return bytes;
}

TEST(Encoding, IsGuessedAndDecodedToUtf8) {
  const std::string text = "id,Amélie\n";
  EXPECT_EQ(GuessEncoding(text), "utf-8");
  EXPECT_EQ(GuessEncoding("id,Am\xE9lie\n"), "cp1252");
  EXPECT_EQ(Decode("id,Am\xE9lie\n", "cp1252", "x"), text);
  EXPECT_EQ(Decode("id,Am\xE9lie\n", "latin1", "x"), text);
  EXPECT_EQ(Decode("\x93so\x94 \x80", "cp1252", "x"), "“so” €");
  for (const bool little : {true, false}) {
    for (const bool mark : {true, false}) {
      const std::string bytes = Utf16(little, mark);
      EXPECT_EQ(GuessEncoding(bytes), little ? "utf-16le" : "utf-16be");
      EXPECT_EQ(Decode(bytes, GuessEncoding(bytes), "x"), text);
    }
  }
  const std::string chinese = "1,\xB6\xAF\xD7\xF7,\xCF\xB2\xBE\xE7\n";
  EXPECT_EQ(GuessEncoding(chinese), "gbk");
  EXPECT_EQ(Decode(chinese, "gbk", "x"), "1,动作,喜剧\n");
}

TEST(Encoding, OfLongTextsIsDecodedWhole) {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += '\xE9';
  EXPECT_EQ(Decode(bytes, "cp1252", "x").size(), 200'000u);
}

TEST(Encoding, ThatIsWrongOrUnknownIsAnErrorWithTheLine) {
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [] { Decode("a\nb\n\xE9 c", "utf-8", "rows.csv"); }),
              HasSubstr("rows.csv:3: a byte there is not utf-8"));
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [] { Decode("a", "klingon", "rows.csv"); }),
              HasSubstr("unknown encoding 'klingon'"));
}

TEST(Encoding, Utf8WithABadByteIsNamedWithItsPlace) {
  const std::string good = "id,Привет мир\n";
  for (const std::string& bad : {good + "1,a\xFF\n", good + "1,caf\xC3"}) {
    EXPECT_EQ(GuessEncoding(bad), "utf-8");
    EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { Decode(bad, "utf-8", "rows.csv"); }),
                HasSubstr("rows.csv:2: a byte there is not utf-8, the one behind the first"));
  }
}

TEST(Encoding, Utf16OfOtherLettersAndUtf32AreKnown) {
  std::string utf16;
  for (const char16_t c : std::u16string(u"1,2,Привет\n3,4,Мир\n5,6,Москва\n")) {
    utf16 += static_cast<char>(c & 0xFF);
    utf16 += static_cast<char>(c >> 8);
  }
  EXPECT_EQ(GuessEncoding(utf16), "utf-16le");
  std::string utf32;
  for (const char32_t c : std::u32string(U"\uFEFFid,Amélie\n"))
    for (int byte = 0; byte < 4; ++byte) utf32 += static_cast<char>(c >> (8 * byte) & 0xFF);
  EXPECT_EQ(GuessEncoding(utf32), "utf-32le");
  EXPECT_EQ(Decode(utf32, "utf-32le", "x"), "id,Amélie\n");
}

TEST(Encoding, TheFirstForeignTextShowsWhatWasMadeOfIt) {
  EXPECT_EQ(FirstForeignText("id,name\n1,Amélie rides\n2,Zoë\n"), "1,Amélie rides");
  EXPECT_EQ(FirstForeignText("id,name\n"), "");
}

}  // namespace
}  // namespace lerl
