#pragma once
// What a token must allow before a route may be used. What may write may also read.

#include <cstdint>

namespace lerl {

enum class Scope : uint8_t { kNone, kRead, kWrite };

}  // namespace lerl
