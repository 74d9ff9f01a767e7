#pragma once
// Random bits of the system, for what nobody may guess. What a run draws comes from base/rng.h.

#include <cstdint>
#include <string>

namespace lerl {

// Asks the system for many words at a time, in each thread.
uint64_t SystemRandom();

// 128 random bits as 32 hexadecimal digits.
std::string RandomId();

}  // namespace lerl
