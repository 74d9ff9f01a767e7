#pragma once
// Times as the API shows and takes them: RFC 3339 in UTC with microseconds,
// "2026-03-01T12:00:00.123456Z".

#include <cstdint>
#include <optional>
#include <string>

namespace lerl {

inline constexpr int64_t kMinuteUs = 60'000'000;
inline constexpr int64_t kDayUs = kMinuteUs * 60 * 24;

// From microseconds since 1970, of the years 1 to 9999.
std::string FormatTime(int64_t us);

// Microseconds since 1970 of a time with a date, a time of day to the second or finer, and Z or an
// offset such as +02:00; nothing where the text is none.
std::optional<int64_t> ParseTime(const std::string& text);

}  // namespace lerl
