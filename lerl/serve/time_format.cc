#include "lerl/serve/time_format.h"

#include <chrono>
#include <cstdio>
#include <regex>

#include "lerl/data/time_text.h"

namespace lerl {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hh_mm_ss;
using std::chrono::microseconds;
using std::chrono::sys_time;
using std::chrono::year_month_day;

}  // namespace

std::string FormatTime(int64_t us) {
  const sys_time<microseconds> time{microseconds(us)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  char text[64];
  std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

// The form is checked here, what it means is read by data/time_text.h, to milliseconds.
std::optional<int64_t> ParseTime(const std::string& text) {
  static const std::regex form(
      R"(\d{4}-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):\d\d:[0-5]\d(?:\.(\d{1,9}))?(?:[Zz]|[+-]\d\d:\d\d))");
  std::smatch part;
  if (text.size() > 40 || !std::regex_match(text, part, form)) return std::nullopt;
  const std::optional<int64_t> ms = ParseTimeMs(text, TimeFormat::kIso);
  if (!ms) return std::nullopt;
  return *ms * 1000 + std::stoi((part[1].str() + "000000").substr(3, 3));
}

}  // namespace lerl
