#pragma once
// Ids of requests, by which a client and a log speak of the same one.

#include <string>
#include <string_view>

namespace lerl {

// Whether a text may be an id: 1 to 64 of [A-Za-z0-9._-].
bool IsRequestId(std::string_view text);

// A new id, 32 hexadecimal digits from the system's random source.
std::string NewRequestId();

}  // namespace lerl
