#include "lerl/data/guess/sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SampleTest : public testing::Test {
 protected:
  FileSample Sample(const std::string& text) { return TakeSample(folder_.Write("log.txt", text)); }
  std::string Refusal(const std::string& text) {
    return ErrorOf(ErrorKind::kData, [&] { Sample(text); });
  }
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

TEST_F(SampleTest, BetweenTabsQuotesAreTakenOffWhereAHeaderHasThem) {
  const FileSample sample = Sample("\"user\"\t\"item\"\n\"1\"\t2\n\"3\"\t4\n");
  EXPECT_TRUE(sample.format.quotes);
  EXPECT_THAT(Names(sample), ElementsAre("user", "item"));
  EXPECT_THAT(sample.columns[0].values, ElementsAre("1", "3"));
  EXPECT_FALSE(Sample("user\ttitle\n1\t\"Heroes\n2\tHelden\n").format.quotes);
}

TEST_F(SampleTest, PassesOverTheLineThatTellsTheSeparator) {
  const FileSample sample = Sample("sep=;\nuser;item\n1;2\n3;4\n");
  EXPECT_THAT(Names(sample), ElementsAre("user", "item"));
  EXPECT_EQ(sample.rows, 2U);
}

TEST_F(SampleTest, RefusesCommentsListsOfItemsAndTablesInOneObject) {
  EXPECT_THAT(Refusal("# made by x\nuser,item\n1,2\n3,4\n"),
              HasSubstr("log.txt:1: the line looks like a comment"));
  EXPECT_THAT(Refusal("0 1 2 3\n1 4 5\n2 6\n"),
              HasSubstr("each line looks like a user and the items that the user took, as LightGCN "
                        "writes them; `awk '{for (i = 2; i <= NF; ++i)"));
  EXPECT_THAT(Refusal("{\"user\": {\"0\": 1, \"1\": 2}, \"item\": {\"0\": 1, \"1\": 2}}\n"),
              HasSubstr("one object of JSON that holds a whole table"));
  EXPECT_THAT(Refusal("{\n\"user\": 1\n}\n"), HasSubstr("an object of JSON over several lines"));
}

TEST_F(SampleTest, AHeaderThatComesAgainIsOne) {
  const FileSample sample = Sample("user,item,at\n1,2,3\nuser,item,at\n4,5,6\n");
  EXPECT_TRUE(sample.header);
  EXPECT_THAT(sample.columns[0].values, ElementsAre("1", "4"));
}

TEST_F(SampleTest, WhereNoRowCanBeReadTheFirstFaultIsTold) {
  EXPECT_THAT(Refusal("user,item,note\n1,2\n3,4\n"),
              HasSubstr("log.txt:2:3: the row has 2 fields where 3 are expected; no other row"));
}

}  // namespace
}  // namespace lerl
