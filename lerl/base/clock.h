#pragma once
// The calendar, for stamps on files. Nothing that a result depends on reads it.

#include <string>

namespace lerl {

// The time now in UTC, such as "2026-11-28T16:32:09Z".
std::string UtcNow();

}  // namespace lerl
