#pragma once
// Named arrays and a JSON description in one file: the format of checkpoints, models and caches.
//
// The file has the layout of safetensors, so other tools can read it, and nothing in it can run
// code:
//   header length   8 bytes, little-endian
//   header          JSON
//   arrays          raw, little-endian
//
// Our additions stand in the header's "__metadata__":
//   "format"        "lerl"
//   "kind"          what the file is
//   "checksum"      XXH3-64 over the header and the bytes of the arrays
//   "description"   JSON text

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lerl/base/error.h"

namespace lerl {

// A dense, row-major array of one of the types below.
struct Array {
  enum class Type { kF32, kF64, kI32, kI64, kU8, kU64 };
  Type type = Type::kF32;
  std::vector<int64_t> shape;
  std::vector<char> bytes;

  int64_t size() const;  // number of elements

  template <typename T>
  static Array Of(std::vector<int64_t> shape, const T* values);  // copies
  template <typename T>
  static Array Of(const std::vector<T>& values) {
    return Of<T>({std::ssize(values)}, values.data());
  }
  // Both throw CheckFailure when T is not the stored type; Values copies.
  template <typename T>
  const T* Data() const;
  template <typename T>
  std::vector<T> Values() const {
    return std::vector<T>(Data<T>(), Data<T>() + size());
  }
};

using Arrays = std::map<std::string, Array>;

// What values of an array may be; floats are finite besides.
template <typename T>
struct Bounds {
  T low = std::numeric_limits<T>::lowest(), high = std::numeric_limits<T>::max();
};

// The values of an array that comes from a file, which anybody may have written. `shape` is what it
// must have, where -1 stands for any extent. Throws Error(kCheckpoint) that names the array where
// it is missing, has another type or shape, or a value out of bounds.
template <typename T>
std::vector<T> ReadValues(const Arrays& arrays, const std::string& name,
                          const std::vector<int64_t>& shape, Bounds<T> bounds = {});
// The value of an array that has one.
template <typename T>
T ReadValue(const Arrays& arrays, const std::string& name, Bounds<T> bounds = {}) {
  return ReadValues<T>(arrays, name, {1}, bounds)[0];
}

struct TensorFile {
  std::string kind;                // "checkpoint", "response-model", "plan-cache", ...
  std::string description = "{}";  // JSON text
  Arrays arrays;

  // Throws Error(kCheckpoint) naming the array when it is missing.
  const Array& at(const std::string& name) const;
};

// Writes the file whole or not at all. Throws Error(kIo).
void WriteTensorFile(const std::filesystem::path& path, const TensorFile& file);

// Throws Error(on_damage) when the file is missing, truncated, of another format or of another
// kind, or when its checksum differs.
TensorFile ReadTensorFile(const std::filesystem::path& path, const std::string& kind,
                          ErrorKind on_damage = ErrorKind::kCheckpoint);

}  // namespace lerl
