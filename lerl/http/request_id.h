#pragma once
// Ids of requests, by which a client and a log speak of the same one. A client that gives none gets
// a random one (base/random_id.h).

#include <string_view>

namespace lerl {

// Whether a text may be an id: 1 to 64 of [A-Za-z0-9._-].
bool IsRequestId(std::string_view text);

}  // namespace lerl
