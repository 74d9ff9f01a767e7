#include "lerl/serve/api/time_format.h"

#include <chrono>
#include <cstdio>
#include <regex>

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

std::optional<int64_t> ParseTime(const std::string& text) {
  static const std::regex kForm(
      R"((\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d)))");
  std::smatch part;
  if (text.size() > 40 || !std::regex_match(text, part, kForm)) return std::nullopt;
  const auto number = [&](size_t n) { return part[n].matched ? std::stoi(part[n]) : 0; };
  const year_month_day date(std::chrono::year(number(1)),
                            std::chrono::month(static_cast<unsigned>(number(2))),
                            std::chrono::day(static_cast<unsigned>(number(3))));
  const int hour = number(4), minute = number(5), second = number(6);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59 || number(9) > 23 || number(10) > 59)
    return std::nullopt;
  const std::string fraction = (part[7].str() + "000000").substr(0, 6);
  const int64_t offset = (number(9) * 60 + number(10)) * (part[8] == "-" ? -1 : 1);
  const int64_t seconds = ((hour * 60 + minute - offset) * 60) + second;
  const auto day = std::chrono::sys_days(date).time_since_epoch();
  return (std::chrono::seconds(day).count() + seconds) * 1'000'000 + std::stoi(fraction);
}

}  // namespace lerl
