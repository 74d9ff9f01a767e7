#pragma once
// Sizes and indices. Interfaces count with signed numbers (int64_t, and int for slots); containers
// are indexed by size_t. These helpers are the one place where a count becomes an index.

#include <concepts>
#include <cstdint>
#include <span>
#include <type_traits>

namespace lerl {

// A count, or the value of an enumeration, as an index.
template <typename T>
requires(std::integral<T> || std::is_enum_v<T>) constexpr size_t At(T index) {
  return static_cast<size_t>(index);
}

// Row `row` of values [rows, width], as a view.
template <typename T>
std::span<T> RowOf(std::span<T> values, int64_t row, int64_t width) {
  return values.subspan(At(row * width), At(width));
}

}  // namespace lerl
