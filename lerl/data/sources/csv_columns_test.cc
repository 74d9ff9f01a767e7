#include "lerl/data/sources/csv_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class CsvColumnsTest : public testing::Test {
 protected:
  // The time that a description with these lines reads out of the column `at`.
  int64_t TimeOf(const std::string& text, const std::string& lines) {
    const CsvConfig config =
        ParseCsvDescription("file = \"a.tsv\"\ntime = \"at\"\n" + lines +
                                "\n[[behaviour]]\nname = \"b\"\ncolumn = \"at\"\nequals = \"1\"\n",
                            "a.toml", folder_.path())
            .config;
    Table table(folder_.Write("a.tsv", "at\tother\n" + text + "\tx\n"),
                {.separator = "\t", .columns = {}});
    const TimeColumn time(config, table);
    EXPECT_TRUE(table.Next());
    return time.Read(table, 0);
  }
  std::string Refusal(const std::string& text, const std::string& lines) {
    return ErrorOf(ErrorKind::kData, [&] { TimeOf(text, lines); });
  }
  TestFolder folder_;
};

TEST_F(CsvColumnsTest, TimesFollowTheFirstOfSeveralPatternsThatFits) {
  const std::string both = "time_format = [\"%m/%d/%Y %I:%M:%S %p\", \"%d.%m.%Y\"]";
  EXPECT_EQ(TimeOf("11/15/2019 9:05:58 AM", both), 1'573'808'758'000);
  EXPECT_EQ(TimeOf("11/15/2019 9:05:58 PM", both), 1'573'851'958'000);
  EXPECT_EQ(TimeOf("15.11.2019", both), 1'573'776'000'000);
  EXPECT_THAT(Refusal("2019-11-15", both),
              AllOf(HasSubstr("it is no time in \"%m/%d/%Y %I:%M:%S %p\", \"%d.%m.%Y\""),
                    HasSubstr("time_unit = \"iso\" would make it 2019-11-15")));
  EXPECT_THAT(Refusal("15.11.1919", both), HasSubstr("outside 1990-01-01"));
}

TEST_F(CsvColumnsTest, DatesWithoutZerosNameThePatternThatReadsThem) {
  EXPECT_THAT(Refusal("2020-9-3", "time_unit = \"iso\""),
              HasSubstr("it is no time in iso; time_format = \"%Y-%m-%d\" would read it"));
}

TEST_F(CsvColumnsTest, TimesWithAZoneAreTheSameMoment) {
  const std::string iso = "time_unit = \"iso\"";
  const std::string named = "time_format = \"%a %b %d %H:%M:%S %z %Y\"";
  for (const char* text : {"2020-10-12T10:00:00Z", "2020-10-12 12:00:00+02:00",
                           "2020-10-12 10:00:00 UTC", "2020-10-12T03:00:00-0700"})
    EXPECT_EQ(TimeOf(text, iso), 1'602'496'800'000) << text;
  EXPECT_EQ(TimeOf("Mon Oct 12 03:00:00 -0700 2020", named), 1'602'496'800'000);
  EXPECT_EQ(TimeOf("Mon Oct 12 12:00:00 +0200 2020", named), 1'602'496'800'000);
  EXPECT_THAT(Refusal("2020-10-12T10:00:00 CEST", iso), HasSubstr("it is no time in iso"));
}

TEST_F(CsvColumnsTest, SeveralColumnsTellAUserTogether) {
  Table table(folder_.Write("a.csv", "age,town\n20,x\n,y\n"));
  IdColumns user(table, {"town", "age"});
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(user.Read(table), "x_20");
  ASSERT_TRUE(table.Next());
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { (void)user.Read(table); }),
              HasSubstr("a part of an id is expected"));
}

}  // namespace
}  // namespace lerl
