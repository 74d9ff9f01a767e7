#include "lerl/data/time_text.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>

#include "lerl/base/printable.h"

namespace lerl {
namespace {

constexpr int64_t kMsPerDay = 86'400'000;

std::optional<int64_t> DayMs(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (year < 1 || year > 9999 || !date.ok()) return std::nullopt;
  return int64_t{std::chrono::sys_days(date).time_since_epoch().count()} * kMsPerDay;
}

// Takes a number of `digits` digits from the front of the text.
std::optional<int> TakeDigits(std::string_view& text, size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  const char* end = text.data() + digits;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || text[0] == '-') return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool TakeAny(std::string_view& text, std::string_view characters) {
  if (text.empty() || characters.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// Takes ".250" or nothing, as milliseconds.
std::optional<int64_t> TakeFraction(std::string_view& text) {
  if (!TakeAny(text, ".,")) return 0;
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0) return std::nullopt;
  double thousandths = 0, worth = 100;
  for (size_t i = 0; i < digits; ++i, worth /= 10) thousandths += (text[i] - '0') * worth;
  text.remove_prefix(digits);
  return static_cast<int64_t>(thousandths);
}

// Takes "Z", "UTC", "+02:00", "+0200", "+02" or nothing; the rest must be empty then. Returns what
// is to be taken off the time, in milliseconds.
std::optional<int64_t> TakeZone(std::string_view text) {
  text = Trimmed(text);
  if (text.empty() || text == "Z" || text == "z" || text == "UTC" || text == "GMT") return 0;
  const int64_t sign = text[0] == '-' ? -1 : 1;
  if (!TakeAny(text, "+-")) return std::nullopt;
  const std::optional<int> hours = TakeDigits(text, 2);
  if (!hours || *hours > 14) return std::nullopt;
  TakeAny(text, ":");
  const std::optional<int> minutes = text.empty() ? 0 : TakeDigits(text, 2);
  if (!minutes || *minutes > 59 || !text.empty()) return std::nullopt;
  return sign * (*hours * 60 + *minutes) * int64_t{60'000};
}

// Takes "10:00", "10:00:05" or "10:00:05.25", as milliseconds of the day.
std::optional<int64_t> TakeClock(std::string_view& text) {
  const std::optional<int> hours = TakeDigits(text, 2);
  if (!hours || *hours > 24 || !TakeAny(text, ":")) return std::nullopt;
  const std::optional<int> minutes = TakeDigits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  int64_t ms = (*hours * int64_t{60} + *minutes) * 60'000;
  if (!TakeAny(text, ":")) return ms;
  const std::optional<int> seconds = TakeDigits(text, 2);
  if (!seconds || *seconds > 60) return std::nullopt;
  const std::optional<int64_t> fraction = TakeFraction(text);
  if (!fraction) return std::nullopt;
  return ms + *seconds * int64_t{1'000} + *fraction;
}

std::optional<int64_t> ParseIso(std::string_view text) {
  const std::optional<int> year = TakeDigits(text, 4);
  if (!year || !TakeAny(text, "-/")) return std::nullopt;
  const std::optional<int> month = TakeDigits(text, 2);
  if (!month || !TakeAny(text, "-/")) return std::nullopt;
  const std::optional<int> day = TakeDigits(text, 2);
  if (!day) return std::nullopt;
  const std::optional<int64_t> date = DayMs(*year, *month, *day);
  if (!date || text.empty()) return date;
  if (!TakeAny(text, "Tt ")) return std::nullopt;
  const std::optional<int64_t> clock = TakeClock(text);
  if (!clock) return std::nullopt;
  const std::optional<int64_t> zone = TakeZone(text);
  if (!zone) return std::nullopt;
  return *date + *clock - *zone;
}

std::optional<int64_t> ParseCompactDate(std::string_view text) {
  if (text.size() != 8) return std::nullopt;
  const std::optional<int> year = TakeDigits(text, 4), month = TakeDigits(text, 2),
                           day = TakeDigits(text, 2);
  if (!year || !month || !day) return std::nullopt;
  return DayMs(*year, *month, *day);
}

std::optional<int64_t> ParseNumber(std::string_view text, double unit_ms, double zero_ms) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  const double ms = value * unit_ms + zero_ms;
  if (!(ms >= static_cast<double>(YearMs(1)) && ms < static_cast<double>(YearMs(10'000))))
    return std::nullopt;
  return std::llround(ms);
}

}  // namespace

int64_t YearMs(int year) {
  return int64_t{
             std::chrono::sys_days(std::chrono::year{year} / 1 / 1).time_since_epoch().count()} *
         kMsPerDay;
}

std::string DateText(int64_t time_ms) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(time_ms))));
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

std::optional<int64_t> ParseTimeMs(std::string_view text, TimeFormat format) {
  text = Trimmed(text);
  if (text.empty()) return std::nullopt;
  switch (format) {
    case TimeFormat::kSeconds:
      return ParseNumber(text, 1'000, 0);
    case TimeFormat::kMilliseconds:
      return ParseNumber(text, 1, 0);
    case TimeFormat::kMicroseconds:
      return ParseNumber(text, 1e-3, 0);
    case TimeFormat::kNanoseconds:
      return ParseNumber(text, 1e-6, 0);
    case TimeFormat::kDays:
      return ParseNumber(text, kMsPerDay, 0);
    case TimeFormat::kSpreadsheetDays:
      return ParseNumber(text, kMsPerDay, -25'569.0 * kMsPerDay);
    case TimeFormat::kIso:
      return ParseIso(text);
    case TimeFormat::kCompactDate:
      return ParseCompactDate(text);
  }
  return std::nullopt;
}

std::optional<int64_t> ParseTimeMs(std::string_view text, const std::string& pattern) {
  const std::string whole(Trimmed(text));
  std::tm parts{};
  parts.tm_mday = 1;
  parts.tm_year = 70;
  const char* const end = strptime(whole.c_str(), pattern.c_str(), &parts);
  if (whole.empty() || end == nullptr || *end != '\0') return std::nullopt;
  const int64_t zone = parts.tm_gmtoff;
  const std::tm read = parts;
  const int64_t seconds = timegm(&parts);  // makes 2 March of 30 February
  const int year = read.tm_year + 1900;
  if (parts.tm_mday != read.tm_mday || parts.tm_mon != read.tm_mon || year < 1 || year > 9999)
    return std::nullopt;
  return (seconds - zone) * 1'000;
}

std::string FaultOfTimePattern(const std::string& pattern) {
  bool any = false;
  for (size_t i = 0; i + 1 < pattern.size(); ++i) {
    if (pattern[i] != '%') continue;
    const char kind = pattern[++i];
    if (kind == 'Z') return "%Z, the name of a zone, is not read; %z reads +02:00";
    if (kind == 'f') return "%f is not read; time_unit = \"iso\" reads fractions of seconds";
    any |= kind != '%' && kind != 'n' && kind != 't';
  }
  return any ? "" : "it has no conversion such as %Y";
}

std::optional<TimeFormat> FittingTimeFormat(std::string_view text, int64_t first_ms,
                                            int64_t end_ms) {
  // A compact date is a number of seconds too, of 1970; days since 1970 and of spreadsheets overlap
  // from 2039 on, where the first is taken.
  for (const TimeFormat format :
       {TimeFormat::kIso, TimeFormat::kCompactDate, TimeFormat::kSeconds, TimeFormat::kMilliseconds,
        TimeFormat::kMicroseconds, TimeFormat::kNanoseconds, TimeFormat::kDays,
        TimeFormat::kSpreadsheetDays}) {
    const std::optional<int64_t> time = ParseTimeMs(text, format);
    if (time && *time >= first_ms && *time < end_ms) return format;
  }
  return std::nullopt;
}

std::string FittingTimePattern(std::string_view text, int64_t first_ms, int64_t end_ms) {
  for (const char* pattern : kTimePatterns) {
    const std::optional<int64_t> time = ParseTimeMs(text, std::string(pattern));
    if (time && *time >= first_ms && *time < end_ms) return pattern;
  }
  return "";
}

}  // namespace lerl
