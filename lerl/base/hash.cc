#include "lerl/base/hash.h"

#include <xxhash.h>

#include <cstdio>

namespace lerl {

uint64_t Hash(std::span<const std::byte> bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::string HexText(uint64_t hash) {
  char text[17];
  std::snprintf(text, sizeof(text), "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

std::string HashText(std::string_view bytes) {
  return HexText(Hash(std::as_bytes(std::span(bytes))));
}

}  // namespace lerl
