#pragma once
// Named arrays and a JSON description in one file: the format of checkpoints, models and caches.
//
// The file is in the safetensors layout (8-byte little-endian header length, JSON header, raw
// little-endian arrays), so other tools read it and nothing in it can run code. Our additions stand
// in its "__metadata__": "format" ("lerl"), "kind" (what the file is), "checksum" (XXH3-64 over the
// header and the arrays' bytes) and "description" (JSON text).

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lerl/base/error.h"

namespace lerl {

// A dense array, row-major. dtype by bytes: only the types below are written.
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
    return Of<T>({static_cast<int64_t>(values.size())}, values.data());
  }
  // Throws CheckFailure when T is not the stored type.
  template <typename T>
  const T* Data() const;
  template <typename T>
  std::vector<T> Values() const {
    return std::vector<T>(Data<T>(), Data<T>() + size());
  }
};

using Arrays = std::map<std::string, Array>;

struct TensorFile {
  std::string kind;                // "checkpoint", "response-model", "plan-cache", ...
  std::string description = "{}";  // JSON text
  Arrays arrays;

  // Throws CheckFailure naming the array when it is absent.
  const Array& at(const std::string& name) const;
};

// Written whole or not at all. Throws Error(kIo).
void WriteTensorFile(const std::filesystem::path& path, const TensorFile& file);

// Throws Error(on_damage) when the file is missing, truncated, not of this format, of another kind,
// or when its checksum differs.
TensorFile ReadTensorFile(const std::filesystem::path& path, const std::string& kind,
                          ErrorKind on_damage = ErrorKind::kCheckpoint);

}  // namespace lerl
