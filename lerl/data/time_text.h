#pragma once
// Times as files write them, and which way of writing fits a text.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lerl {

enum class TimeFormat {
  kSeconds,          // since 1970, UTC; fractions are kept
  kMilliseconds,     // since 1970
  kMicroseconds,     // since 1970
  kNanoseconds,      // since 1970, as pandas counts
  kDays,             // since 1970
  kSpreadsheetDays,  // since 30 December 1899, as spreadsheets count
  kIso,              // 2020-10-12, 2020-10-12T10:00:00.250+02:00, with / and a space too
  kCompactDate,      // 20201012
};
inline constexpr const char* kTimeFormatNames[] = {"s",    "ms",         "us",  "ns",
                                                   "days", "sheet_days", "iso", "yyyymmdd"};

// The patterns of strptime (below) in which published files write times, the likelier first.
inline constexpr const char* kTimePatterns[] = {"%a %b %d %H:%M:%S %z %Y",
                                                "%m/%d/%Y %I:%M:%S %p",
                                                "%m/%d/%Y %H:%M:%S",
                                                "%m/%d/%Y %H:%M",
                                                "%d/%m/%Y %H:%M:%S",
                                                "%d/%m/%Y %H:%M",
                                                "%m/%d/%Y",
                                                "%d/%m/%Y",
                                                "%m/%d/%y",
                                                "%d/%m/%y",
                                                "%d.%m.%Y %H:%M:%S",
                                                "%d.%m.%Y %H:%M",
                                                "%d.%m.%Y",
                                                "%d.%m.%y",
                                                "%d-%m-%Y %H:%M:%S",
                                                "%d-%m-%Y %H:%M",
                                                "%d-%m-%Y",
                                                "%m-%d-%Y",
                                                "%d-%b-%Y",
                                                "%m %d, %Y",
                                                "%b %d, %Y",
                                                "%b %d %Y",
                                                "%d %b %Y",
                                                "%d %b, %Y",
                                                "%a, %d %b %Y %H:%M:%S %z",
                                                "%Y-%m-%d %H:%M:%S",
                                                "%Y-%m-%d",
                                                "%Y/%m/%d",
                                                "%Y%m%d%H%M%S",
                                                "%Y-%m",
                                                "%Y"};

// Milliseconds since 1970, UTC; nothing if the text is not of this format, or not within the years
// 1 to 9999. A time without a zone is taken as UTC.
std::optional<int64_t> ParseTimeMs(std::string_view text, TimeFormat format);

// The same by a pattern of strptime, such as "%m/%d/%Y %I:%M:%S %p" or "%a %b %d %H:%M:%S %z %Y",
// which the whole text must follow. A month and a day are read by their English names.
std::optional<int64_t> ParseTimeMs(std::string_view text, const std::string& pattern);

// Why a pattern can't be used: it holds no conversion, or one that would be skipped (the name of a
// zone) or is unknown (fractions of seconds); "" for a good one.
std::string FaultOfTimePattern(const std::string& pattern);

// The first format that puts the text at or after `first_ms` and before `end_ms`; nothing if none
// does.
std::optional<TimeFormat> FittingTimeFormat(std::string_view text, int64_t first_ms,
                                            int64_t end_ms);

// The first of kTimePatterns of which the same holds; "" if there is none.
std::string FittingTimePattern(std::string_view text, int64_t first_ms, int64_t end_ms);

// The start of a year, in milliseconds since 1970, UTC.
int64_t YearMs(int year);

// "2020-10-12", UTC.
std::string DateText(int64_t time_ms);

}  // namespace lerl
