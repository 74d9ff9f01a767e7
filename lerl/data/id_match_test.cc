#include "lerl/data/id_match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(IdMatch, NumbersThatAreEqualAreEqual) {
  const std::vector<std::string> ids = {"3", "10", "tt0111161"};
  IdMatch match(ids);
  for (const char* id : {"3", " 3 ", "3.0", "003", "3.00"}) EXPECT_EQ(match.Find(id), 0) << id;
  EXPECT_EQ(match.Find("1e1"), 1);
  EXPECT_EQ(match.Find("tt0111161 "), 2);
  EXPECT_EQ(match.Find("TT0111161"), -1);
  EXPECT_EQ(match.Find("4"), -1);
  EXPECT_EQ(match.found(), 3);
  EXPECT_EQ(match.unused(), 2);
  EXPECT_EQ(match.Summary("items.csv"),
            "3 of 3 items of the log are in items.csv, which has 2 others");
}

TEST(IdMatch, IdsOfTheLogThatOnlyDifferInWritingStayApart) {
  const std::vector<std::string> ids = {"3", "003"};
  IdMatch match(ids);
  EXPECT_EQ(match.Find("003"), 1);
  EXPECT_EQ(match.Find("3"), 0);
  EXPECT_EQ(match.Find("3.0"), -1);  // which of them?
}

TEST(IdMatch, LongNumbersAreNotMixedUp) {
  EXPECT_NE(ValueOfId("9007199254740993"), ValueOfId("9007199254740992"));
  EXPECT_EQ(ValueOfId(""), "");
}

TEST(IdMatch, TooFewIsAnErrorWithIdsFromBothSides) {
  const std::vector<std::string> ids = {"B00A", "B00B", "B00C"};
  IdMatch match(ids);
  match.Find("b00a");
  match.Find("B00B");
  match.Check("items.csv", 0.3);
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { match.Check("items.csv", 0.5); }),
              AllOf(HasSubstr("only 1 of 3 items of the log are in items.csv"),
                    HasSubstr("Not found were 'B00A', 'B00C'; the file has 'b00a'")));
}

TEST(IdMatch, CountsTheRowsThatRepeatAnId) {
  const std::vector<std::string> ids = {"1", "2"};
  IdMatch match(ids);
  for (const char* id : {"1", "2", "1", "1.0", "7", "7"}) match.Find(id);
  EXPECT_EQ(match.found(), 2);
  EXPECT_EQ(match.repeated(), 2);
}

TEST(DoubtfulIds, AreWordsForNoneControlCharactersAndTextsOfOneNumber) {
  EXPECT_TRUE(DoubtfulIds({"1", "2", "30", "ann", "0", "nano"}, "users").empty());
  EXPECT_EQ(DoubtfulIds({"1", "nan", "NULL", "NA"}, "users"),
            std::vector<std::string>(
                {"users whose id says that there is none: 3 ('nan', 'NULL', 'NA')"}));
  EXPECT_EQ(DoubtfulIds({"1", "3", "3.0", "03", "a"}, "users"),
            std::vector<std::string>({"users that are one number in two texts, and so are "
                                      "different: 2 ('3.0' and '03', '3' and '3.0')"}));
  EXPECT_EQ(DoubtfulIds({std::string("a\0b", 3)}, "items"),
            std::vector<std::string>({"items with control characters in their id: 1 ('a\\0b')"}));
}

}  // namespace
}  // namespace lerl
