#pragma once
// SHA-256 (FIPS 180-4) by OpenSSL: tokens are kept and compared by it.

#include <array>
#include <cstdint>
#include <string_view>

namespace lerl {

using Digest = std::array<uint8_t, 32>;

Digest Sha256(std::string_view bytes);

// Whether two digests are the same, in a time that does not depend on where they differ.
bool SameDigest(const Digest& a, const Digest& b);

}  // namespace lerl
