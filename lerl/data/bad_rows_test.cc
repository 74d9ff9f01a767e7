#include "lerl/data/bad_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::HasSubstr;

class BadRowsTest : public testing::Test {
 protected:
  std::filesystem::path File(const std::string& text) { return folder_.Write("rows.csv", text); }
  TestFolder folder_;
};

TEST_F(BadRowsTest, AreCountedUpToTheirShareAndTheFirstOneIsNamedBeyondIt) {
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

}  // namespace
}  // namespace lerl
