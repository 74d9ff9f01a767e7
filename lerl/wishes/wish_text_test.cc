#include "lerl/wishes/wish_text.h"

#include <gmock/gmock.h>

#include "lerl/base/error.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string ErrorOfWish(const std::string& wish) {
  try {
    return "taken: " + CheckedWish("--wish", wish);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    return error.what();
  }
}

TEST(WishText, IsRefusedWhereItIsEmptyTooLongOrNoUtf8AndSaysWhatToDo) {
  EXPECT_EQ(ErrorOfWish(""), "--wish: it is empty; say what the user feels like, or leave it out");
  EXPECT_EQ(ErrorOfWish(" \t\n"), ErrorOfWish(""));
  EXPECT_THAT(ErrorOfWish(std::string(301, 'a')),
              HasSubstr("it has 301 characters, and 300 is the most"));
  EXPECT_EQ(ErrorOfWish(std::string(300, 'a')), "taken: " + std::string(300, 'a'));
  EXPECT_THAT(ErrorOfWish("fun\xff"), HasSubstr("no UTF-8"));
  EXPECT_THAT(ErrorOfWish("\xed\xa0\x80"), HasSubstr("no UTF-8"));  // a lone surrogate
}

TEST(WishText, IsPutOnOneLine) {
  EXPECT_EQ(CheckedWish("", "  light\nand\x1b[31m funny "), "light and [31m funny");
}

TEST(WishText, HasItsWordsInSmallLetters) {
  EXPECT_THAT(WordsOf("No Sci-Fi, it's -- a BORE!"),
              ElementsAre("no", "sci-fi", "it's", "a", "bore"));
  EXPECT_THAT(WordsOf("l'été à 2"), ElementsAre("l'été", "à", "2"));
  EXPECT_THAT(WordsOf("... -"), ElementsAre());
}

TEST(WishText, LooksForeignWhereHardlyAWordIsKnown) {
  EXPECT_TRUE(LooksForeign("etwas Lustiges, aber bitte kein Krieg"));
  EXPECT_TRUE(LooksForeign("что-нибудь весёлое и без войны"));
  EXPECT_FALSE(LooksForeign("something light and funny, no war films"));
  EXPECT_FALSE(LooksForeign("Casablanca"));  // too short to say
}

TEST(PlacedWords, StandWhereTheyAreWritten) {
  const std::string text = "No sci-fi,  CAF\xc3\x89s!";
  std::vector<std::string> cut;
  for (const PlacedWord& word : PlacedWordsOf(text))
    cut.push_back(text.substr(word.begin, word.end - word.begin));
  EXPECT_EQ(cut, (std::vector<std::string>{"No", "sci-fi", "CAF\xc3\x89s"}));
  EXPECT_EQ(PlacedWordsOf(text)[1].word, "sci-fi");
}

}  // namespace
}  // namespace lerl
