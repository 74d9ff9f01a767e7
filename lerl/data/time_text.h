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
  kDays,             // since 1970
  kSpreadsheetDays,  // since 30 December 1899, as spreadsheets count
  kIso,              // 2020-10-12, 2020-10-12T10:00:00.250+02:00, with / and a space too
  kCompactDate,      // 20201012
};
inline constexpr const char* kTimeFormatNames[] = {"s",          "ms",  "us",      "days",
                                                   "sheet_days", "iso", "yyyymmdd"};

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

// The start of a year, in milliseconds since 1970, UTC.
int64_t YearMs(int year);

// "2020-10-12", UTC.
std::string DateText(int64_t time_ms);

}  // namespace lerl
