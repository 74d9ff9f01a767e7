#pragma once
// 64-bit content hashes (XXH3): checksums of columns and arrays, names of cached files.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lerl {

uint64_t Hash(std::span<const std::byte> bytes, uint64_t seed = 0);
std::string HashText(std::string_view bytes);  // 16 hexadecimal digits

}  // namespace lerl
