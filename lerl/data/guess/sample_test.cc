#include "lerl/data/guess/sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::ElementsAre;

class SampleTest : public testing::Test {
 protected:
  FileSample Sample(const std::string& text) { return TakeSample(folder_.Write("log.txt", text)); }
  static std::vector<std::string> Names(const FileSample& sample) {
    std::vector<std::string> names;
    names.reserve(sample.columns.size());
    for (const SampleColumn& column : sample.columns) names.push_back(column.name);
    return names;
  }
  TestFolder folder_;
};

TEST_F(SampleTest, FindsTheSeparatorAndTheHeader) {
  const FileSample plain = Sample("user,item,note\n1,2,\"a, b\"\n3,4,\"c; d\"\n");
  EXPECT_EQ(plain.format.separator, ",");
  EXPECT_TRUE(plain.format.quotes);
  EXPECT_THAT(Names(plain), ElementsAre("user", "item", "note"));
  EXPECT_THAT(plain.columns[2].values, ElementsAre("a, b", "c; d"));
  const FileSample dat = Sample("1::2::3.5::838985046\n2::2::3::838985047\n");
  EXPECT_EQ(dat.format.separator, "::");
  EXPECT_FALSE(dat.header);
  EXPECT_THAT(Names(dat), ElementsAre("column_1", "column_2", "column_3", "column_4"));
  EXPECT_EQ(Sample("a b 3\nb c 4\n").format.separator, " ");
  EXPECT_TRUE(Sample("who\twhat\nann\tx\nbob\ty\n").header);
  EXPECT_FALSE(Sample("ann\tx y\nann\ty\n").header);
}

TEST_F(SampleTest, FindsJsonBlocksAndALastColumnThatTakesTheRest) {
  EXPECT_TRUE(Sample("{'a': 1}\n{'a': 2}\n").format.json);
  const FileSample blocks = Sample("1:\n7,3,2005-09-06\n2:\n8,4,2005-09-07\n");
  EXPECT_EQ(blocks.columns.size(), 4U);
  EXPECT_THAT(blocks.columns[3].values, ElementsAre("1", "2"));
  const FileSample rest = Sample("1,2003,Isle\n2,2004,Isle, the Return\n3,1999,Other\n");
  EXPECT_TRUE(rest.format.rest);
  EXPECT_THAT(rest.columns[2].values, ElementsAre("Isle", "Isle, the Return", "Other"));
}

TEST_F(SampleTest, CountsDifferentValuesAndShares) {
  const FileSample sample = Sample("user,like\n1,0\n2,\n1,1\n");
  EXPECT_EQ(sample.Find("user")->distinct, 2U);
  EXPECT_EQ(sample.Find("like")->Share([](const std::string& value) { return value == "1"; }), 0.5);
  EXPECT_EQ(sample.Find("other"), nullptr);
}

}  // namespace
}  // namespace lerl
