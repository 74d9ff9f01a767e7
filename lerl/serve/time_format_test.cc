#include "lerl/serve/time_format.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(TimeFormat, ShowsAndReadsRfc3339) {
  EXPECT_EQ(FormatTime(0), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(FormatTime(1'772'366'400'123'456), "2026-03-01T12:00:00.123456Z");
  EXPECT_EQ(FormatTime(-1), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(ParseTime("2026-03-01T12:00:00.123456Z"), 1'772'366'400'123'456);
  EXPECT_EQ(ParseTime("2026-03-01T14:00:00.5+02:00"), 1'772'366'400'500'000);
  EXPECT_EQ(ParseTime("2026-03-01T10:00:00-02:00"), 1'772'366'400'000'000);
  EXPECT_EQ(ParseTime("1969-12-31t23:59:59.999999999z"), -1);
}

TEST(TimeFormat, ReadsNothingElse) {
  for (const char* text : {"", "2026-03-01", "2026-03-01T12:00:00", "2026-02-30T12:00:00Z",
                           "2026-03-01T24:00:00Z", "2026-03-01T12:60:00Z", "2026-03-01 12:00:00Z",
                           "2026-03-01T12:00:00+25:00", "1772366400", "now"})
    EXPECT_EQ(ParseTime(text), std::nullopt) << text;
}

}  // namespace
}  // namespace lerl
