#include "lerl/data/guess/headerless.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class HeaderlessTest : public testing::Test {
 protected:
  // The names for 60 rows, of which `row` writes each.
  std::vector<std::string> NamesOfRows(const std::function<std::string(int)>& row) {
    std::string text;
    for (int i = 0; i < 60; ++i) text += row(i) + "\n";
    return NamesWithoutHeader(TakeSample(folder_.Write("log.csv", text)));
  }
  static std::string N(int64_t number) { return std::to_string(number); }
  static std::string User(int i) { return N(1 + i / 10); }
  static std::string Item(int i) { return N(1 + i % 12); }
  TestFolder folder_;
};

TEST_F(HeaderlessTest, TimesAndRatingsAreToldByWhatTheColumnsHold) {
  const auto stars = [](int i) { return N(1 + i * 7 % 5); };
  const auto time = [](int i) { return N(1'600'000'000 + i * 1'000); };
  EXPECT_THAT(
      NamesOfRows([&](int i) { return User(i) + "," + Item(i) + "," + stars(i) + "," + time(i); }),
      ElementsAre("user_id", "item_id", "rating", "timestamp"));
  EXPECT_THAT(
      NamesOfRows([&](int i) { return User(i) + "," + Item(i) + "," + time(i) + "," + stars(i); }),
      ElementsAre("user_id", "item_id", "timestamp", "rating"));
  EXPECT_THAT(NamesOfRows([&](int i) { return User(i) + "," + Item(i) + "," + time(i); }),
              ElementsAre("user_id", "item_id", "timestamp"));
}

TEST_F(HeaderlessTest, EventsAndWhatDependsOnTheItemAreNoRatings) {
  const auto kind = [](int i) { return std::string(i % 5 == 0 ? "buy" : "pv"); };
  EXPECT_THAT(NamesOfRows([&](int i) {
                return User(i) + "," + Item(i) + "," + N(i % 12 % 3) + "," + kind(i) + "," +
                       N(1'511'544'070 + i);
              }),
              ElementsAre("user_id", "item_id", "category_id", "event", "timestamp"));
  EXPECT_THAT(NamesOfRows([&](int i) {
                return User(i) + ",2020-09-13T12:26:40.000Z," + N(214'536'500 + i % 12) + ",0";
              }),
              ElementsAre("user_id", "timestamp", "item_id", "column_4"));
}

TEST_F(HeaderlessTest, TheIdsOfAmazonTellWhetherItemsComeFirst) {
  EXPECT_THAT(NamesOfRows([&](int i) {
                return "00000000" + N(10 + i % 12) + ",A00000000000" + User(i) + "," +
                       N(1 + i * 7 % 5) + ".0," + N(1'600'000'000 + i);
              }),
              ElementsAre("item_id", "user_id", "rating", "timestamp"));
}

TEST_F(HeaderlessTest, AFullMatrixIsRefusedWithTheKeyThatReadsIt) {
  EXPECT_THAT(ErrorOf(ErrorKind::kData,
                      [&] {
                        NamesOfRows([&](int i) {
                          std::string row = N(i % 5);
                          for (int c = 1; c < 20; ++c) row += "," + N((i + c) % 5);
                          return row;
                        });
                      }),
              HasSubstr("20 columns of numbers, without a header and without times, look like a "
                        "full matrix with a row for each user; write matrix = \"log.csv\""));
}

}  // namespace
}  // namespace lerl
