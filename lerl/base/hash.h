#pragma once
// 64-bit content hashes (XXH3): checksums of columns and arrays, names of cached files.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lerl {

uint64_t Hash(std::span<const std::byte> bytes, uint64_t seed = 0);
std::string HexText(uint64_t hash);            // 16 hexadecimal digits
std::string HashText(std::string_view bytes);  // HexText of the hash with seed 0

}  // namespace lerl
