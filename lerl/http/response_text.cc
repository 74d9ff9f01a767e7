#include "lerl/http/response_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "lerl/base/index.h"
#include "lerl/base/printable.h"
#include "lerl/http/access.h"

namespace lerl {
namespace {

bool IsToken(std::string_view name) {
  constexpr std::string_view kKnown =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";
  return !name.empty() && name.find_first_not_of(kKnown) == std::string_view::npos;
}

bool IsValue(std::string_view value) {
  return std::ranges::none_of(value, [](char c) { return IsAsciiControl(c) && c != '\t'; });
}

bool IsOurs(const std::string& name) {
  static constexpr auto kOurs = std::to_array<std::string_view>(
      {"connection", "content-length", "content-type", "date", "keep-alive", "trailer",
       "transfer-encoding", "upgrade", "x-request-id"});
  return std::ranges::find(kOurs, SmallLetters(name)) != kOurs.end();
}

void AppendHeader(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

// The date now, which is made once a second.
const std::string& DateNow() {
  thread_local std::string text;
  thread_local std::time_t made = 0;
  const std::time_t now = std::time(nullptr);
  if (now != made) text = HttpDate(now);
  made = now;
  return text;
}

}  // namespace

bool AreSound(const Response& response) {
  return IsValue(response.content_type) && response.status >= 200 && response.status <= 599 &&
         std::ranges::all_of(response.headers, [](const auto& header) {
           return IsToken(header.first) && IsValue(header.second) && !IsOurs(header.first);
         });
}

std::string ResponseHead(const Response& response, const std::string& request_id, Framing framing) {
  std::string head;
  head.reserve(768);
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  head.append(ReasonOf(response.status)).append("\r\n");
  AppendHeader(head, "Date", DateNow());
  const bool bodiless = response.status == 204 || response.status == 304;
  if (response.stream)
    AppendHeader(head, "Content-Type", "text/event-stream");
  else if (!response.content_type.empty())
    AppendHeader(head, "Content-Type", response.content_type);
  if (!bodiless && !response.stream)
    AppendHeader(head, "Content-Length", std::to_string(response.body.size()));
  if (!framing.keep_alive)
    AppendHeader(head, "Connection", "close");
  else if (framing.http_1_0)
    AppendHeader(head, "Connection", "keep-alive");
  AppendHeader(head, "X-Request-Id", request_id);
  for (const auto& [name, value] : response.headers) AppendHeader(head, name, value);
  for (const auto& [name, value] : SecurityHeaders())
    if (!response.headers.contains(name)) AppendHeader(head, name, value);
  return head + "\r\n";
}

std::string HttpDate(int64_t seconds) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t time = seconds;
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %d %02d:%02d:%02d GMT",
                kDays[At(parts.tm_wday)], parts.tm_mday, kMonths[At(parts.tm_mon)],
                parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text.data();
}

}  // namespace lerl
