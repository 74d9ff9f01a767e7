#include "lerl/data/time_text.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

constexpr int64_t kNoon = 1'602'504'000'000;  // 2020-10-12T12:00:00Z

TEST(TimeText, ReadsIsoDatesAndTimesWithZones) {
  for (const char* text :
       {"2020-10-12T12:00:00Z", "2020-10-12 12:00:00", "2020-10-12T12:00",
        "2020/10/12 12:00:00.000", "2020-10-12T14:00:00+02:00", "2020-10-12T14:00:00+0200",
        "2020-10-12 14:00:00+02", "2020-10-12T06:30:00-05:30", "2020-10-12 12:00:00 UTC",
        " 2020-10-12T12:00:00Z "})
    EXPECT_EQ(ParseTimeMs(text, TimeFormat::kIso), kNoon) << text;
  EXPECT_EQ(ParseTimeMs("2020-10-12", TimeFormat::kIso), kNoon - 43'200'000);
  EXPECT_EQ(ParseTimeMs("2020-10-12T12:00:00.2504Z", TimeFormat::kIso), kNoon + 250);
}

TEST(TimeText, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2020", "2020-13-01", "2020-02-30", "2020-10-12T25:00:00", "2020-10-12T12:61",
        "2020-10-12T12:00:00+99", "12.10.2020", "2020-10-12T12:00:00 nonsense", "-020-10-12"})
    EXPECT_FALSE(ParseTimeMs(text, TimeFormat::kIso)) << text;
  EXPECT_FALSE(ParseTimeMs("20201312", TimeFormat::kCompactDate));
  EXPECT_FALSE(ParseTimeMs("1e300", TimeFormat::kSeconds));
  EXPECT_FALSE(ParseTimeMs("nan", TimeFormat::kSeconds));
}

TEST(TimeText, ReadsNumbersInTheirUnit) {
  EXPECT_EQ(ParseTimeMs("1602504000", TimeFormat::kSeconds), kNoon);
  EXPECT_EQ(ParseTimeMs("1602504000.25", TimeFormat::kSeconds), kNoon + 250);
  EXPECT_EQ(ParseTimeMs("1602504000000", TimeFormat::kMilliseconds), kNoon);
  EXPECT_EQ(ParseTimeMs("1602504000000000", TimeFormat::kMicroseconds), kNoon);
  EXPECT_EQ(ParseTimeMs("18547.5", TimeFormat::kDays), kNoon);
  EXPECT_EQ(ParseTimeMs("44116.5", TimeFormat::kSpreadsheetDays), kNoon);
  EXPECT_EQ(ParseTimeMs("20201012", TimeFormat::kCompactDate), kNoon - 43'200'000);
}

TEST(TimeText, FindsTheFormatThatFits) {
  const int64_t first = YearMs(1990), end = YearMs(2028);
  EXPECT_EQ(FittingTimeFormat("1602504000", first, end), TimeFormat::kSeconds);
  EXPECT_EQ(FittingTimeFormat("1602504000000", first, end), TimeFormat::kMilliseconds);
  EXPECT_EQ(FittingTimeFormat("1602504000000000", first, end), TimeFormat::kMicroseconds);
  EXPECT_EQ(FittingTimeFormat("18547", first, end), TimeFormat::kDays);
  EXPECT_EQ(FittingTimeFormat("44116", first, end), TimeFormat::kSpreadsheetDays);
  EXPECT_EQ(FittingTimeFormat("20201012", first, end), TimeFormat::kCompactDate);
  EXPECT_EQ(FittingTimeFormat("2020-10-12T12:00", first, end), TimeFormat::kIso);
  EXPECT_FALSE(FittingTimeFormat("12", first, end));
}

TEST(TimeText, NamesYearsAndDates) {
  EXPECT_EQ(YearMs(1970), 0);
  EXPECT_EQ(DateText(kNoon), "2020-10-12");
  EXPECT_EQ(DateText(-1), "1969-12-31");
}

TEST(TimeText, NanosecondsAreAUnit) {
  EXPECT_EQ(ParseTimeMs("1602504000000000000", TimeFormat::kNanoseconds), kNoon);
  EXPECT_EQ(FittingTimeFormat("1602504000000000000", YearMs(1990), YearMs(2028)),
            TimeFormat::kNanoseconds);
}

TEST(TimePattern, IsFoundForATextThatNoFormatFits) {
  const auto pattern = [](const char* text) {
    return FittingTimePattern(text, YearMs(1990), YearMs(2028));
  };
  EXPECT_EQ(pattern("2020-9-3"), "%Y-%m-%d");
  EXPECT_EQ(pattern("2020-9-3 1:02:03"), "%Y-%m-%d %H:%M:%S");
  EXPECT_EQ(pattern("09/13/20"), "%m/%d/%y");
  EXPECT_EQ(pattern("Sep 13 2020"), "%b %d %Y");
  EXPECT_EQ(pattern("13 September, 2020"), "%d %b, %Y");
  EXPECT_EQ(pattern("20200913122640"), "%Y%m%d%H%M%S");
  EXPECT_EQ(pattern("2020-09"), "%Y-%m");
  EXPECT_EQ(pattern("2020"), "%Y");
  EXPECT_EQ(pattern("soon"), "");
}

TEST(TimePattern, ReadsWhatFollowsItAlone) {
  const auto ms = [](const char* text, const std::string& pattern) {
    return ParseTimeMs(text, pattern);
  };
  EXPECT_EQ(ms("Wed Mar 22 11:37:04 -0700 2017", "%a %b %d %H:%M:%S %z %Y"), 1'490'207'824'000);
  EXPECT_EQ(ms(" 11/11/2019 9:05:58 AM", "%m/%d/%Y %I:%M:%S %p"), 1'573'463'158'000);
  EXPECT_EQ(ms("09 13, 2020", "%m %d, %Y"), 1'599'955'200'000);
  EXPECT_FALSE(ms("11/11/2019 9:05:58 AM", "%m/%d/%Y"));
  EXPECT_FALSE(ms("31.02.2020", "%d.%m.%Y"));
  EXPECT_FALSE(ms("", "%Y"));
}

}  // namespace
}  // namespace lerl
