#include "lerl/base/tensor_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>

#include "lerl/base/check.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"

namespace lerl {
namespace {

using Json = nlohmann::json;
using Type = Array::Type;

struct TypeRow {
  Type type;
  const char* name;  // safetensors' name
  int64_t width;
};
constexpr std::array<TypeRow, 6> kTypes{{{Type::kF32, "F32", 4},
                                         {Type::kF64, "F64", 8},
                                         {Type::kI32, "I32", 4},
                                         {Type::kI64, "I64", 8},
                                         {Type::kU8, "U8", 1},
                                         {Type::kU64, "U64", 8}}};

const TypeRow& RowOf(Type type) { return kTypes[static_cast<size_t>(type)]; }

template <typename T>
constexpr Type kTypeOf = Type::kF32;
template <>
constexpr Type kTypeOf<double> = Type::kF64;
template <>
constexpr Type kTypeOf<int32_t> = Type::kI32;
template <>
constexpr Type kTypeOf<int64_t> = Type::kI64;
template <>
constexpr Type kTypeOf<uint8_t> = Type::kU8;
template <>
constexpr Type kTypeOf<uint64_t> = Type::kU64;

// A size, where JSON may hold anything.
uint64_t WholeNumber(const Json& json) {
  if (!json.is_number_unsigned()) throw std::runtime_error("a size is no whole number");
  return json.get<uint64_t>();
}

// Takes the shape of an array. Returns how many elements it has.
int64_t ReadShape(const Json& entry, Array& array) {
  constexpr int64_t kMost = int64_t{1} << 40;
  int64_t count = 1;
  for (const Json& json : entry.at("shape")) {
    const uint64_t extent = WholeNumber(json);
    if (extent > At(kMost) || (extent > 0 && count > kMost / static_cast<int64_t>(extent)))
      throw std::runtime_error("impossible shape");
    array.shape.push_back(static_cast<int64_t>(extent));
    count *= array.shape.back();
  }
  return count;
}

Array ReadArray(const Json& entry, std::string_view data) {
  Array array;
  const std::string name = entry.at("dtype");
  bool known = false;
  for (const TypeRow& row : kTypes) {
    if (name == row.name) array.type = row.type, known = true;
  }
  if (!known) throw std::runtime_error("unknown element type " + name);
  const uint64_t begin = WholeNumber(entry.at("data_offsets").at(0));
  const uint64_t end = WholeNumber(entry.at("data_offsets").at(1));
  if (begin > end || end > data.size()) throw std::runtime_error("truncated");
  if (ReadShape(entry, array) * RowOf(array.type).width != static_cast<int64_t>(end - begin))
    throw std::runtime_error("shape and size disagree");
  array.bytes.assign(data.begin() + static_cast<std::ptrdiff_t>(begin),
                     data.begin() + static_cast<std::ptrdiff_t>(end));
  return array;
}

// The checksum over the header, less the checksum itself, and over the bytes of the arrays.
std::string Checksum(Json header, std::string_view data) {
  header["__metadata__"].erase("checksum");
  const std::string text = header.dump();
  const uint64_t seed = Hash(std::as_bytes(std::span(text)));
  return HexText(Hash(std::as_bytes(std::span(data)), seed));
}

TensorFile Parse(std::string_view bytes, const std::string& kind) {
  uint64_t header_size = 0;
  if (bytes.size() < sizeof(header_size)) throw std::runtime_error("truncated");
  std::memcpy(&header_size, bytes.data(), sizeof(header_size));
  if (header_size > bytes.size() - sizeof(header_size)) throw std::runtime_error("truncated");
  const Json header = ParseJson(bytes.substr(sizeof(header_size), header_size));
  const std::string_view data = bytes.substr(sizeof(header_size) + header_size);
  const Json& metadata = header.at("__metadata__");
  if (metadata.value("format", "") != "lerl") throw std::runtime_error("not written by lerl");
  TensorFile file;
  file.kind = metadata.at("kind");
  if (file.kind != kind) throw std::runtime_error("it holds a " + file.kind + ", not a " + kind);
  if (metadata.at("checksum") != Checksum(header, data))
    throw std::runtime_error("checksum differs");
  file.description = metadata.at("description");
  for (const auto& [name, entry] : header.items()) {
    if (name != "__metadata__") file.arrays[name] = ReadArray(entry, data);
  }
  return file;
}

}  // namespace

int64_t Array::size() const {
  int64_t count = 1;
  for (const int64_t extent : shape) count *= extent;
  return count;
}

template <typename T>
Array Array::Of(std::vector<int64_t> shape, const T* values) {
  Array array;
  array.type = kTypeOf<T>;
  array.shape = std::move(shape);
  const auto size = At(array.size()) * sizeof(T);
  array.bytes.resize(size);
  if (size > 0) std::memcpy(array.bytes.data(), values, size);
  return array;
}

template <typename T>
const T* Array::Data() const {
  LERL_CHECK(type == kTypeOf<T>);
  return reinterpret_cast<const T*>(bytes.data());
}

#define LERL_INSTANTIATE(T)                                    \
  template Array Array::Of<T>(std::vector<int64_t>, const T*); \
  template const T* Array::Data<T>() const;
LERL_INSTANTIATE(float)
LERL_INSTANTIATE(double)
LERL_INSTANTIATE(int32_t)
LERL_INSTANTIATE(int64_t)
LERL_INSTANTIATE(uint8_t)
LERL_INSTANTIATE(uint64_t)
#undef LERL_INSTANTIATE

const Array& TensorFile::at(const std::string& name) const {
  const auto found = arrays.find(name);
  if (found == arrays.end())
    throw Error(ErrorKind::kCheckpoint, kind + " has no array '" + name + "'");
  return found->second;
}

namespace {

std::string ShapeText(const std::vector<int64_t>& shape) {
  std::string text;
  for (const int64_t extent : shape)
    text += (text.empty() ? "" : ", ") + (extent < 0 ? "any" : std::to_string(extent));
  return "[" + text + "]";
}

bool Fits(const std::vector<int64_t>& shape, const std::vector<int64_t>& expected) {
  return std::ranges::equal(shape, expected, [](int64_t a, int64_t b) { return b < 0 || a == b; });
}

}  // namespace

template <typename T>
std::vector<T> ReadValues(const Arrays& arrays, const std::string& name,
                          const std::vector<int64_t>& shape, Bounds<T> bounds) {
  const auto refuse = [&name](const std::string& why) {
    throw Error(ErrorKind::kCheckpoint, "array '" + name + "' " + why);
  };
  const auto found = arrays.find(name);
  if (found == arrays.end()) refuse("is missing; the file belongs to another configuration");
  const Array& array = found->second;
  if (array.type != kTypeOf<T>)
    refuse(std::string("holds ") + RowOf(array.type).name + ", not " + RowOf(kTypeOf<T>).name);
  if (!Fits(array.shape, shape))
    refuse("has the shape " + ShapeText(array.shape) + ", not " + ShapeText(shape) +
           "; the file belongs to another configuration");
  std::vector<T> values = array.Values<T>();
  for (size_t i = 0; i < values.size(); ++i)
    if (!(values[i] >= bounds.low && values[i] <= bounds.high))
      refuse("has an impossible value at place " + std::to_string(i) + ": " +
             std::to_string(values[i]));
  return values;
}

#define LERL_INSTANTIATE(T)                                             \
  template std::vector<T> ReadValues(const Arrays&, const std::string&, \
                                     const std::vector<int64_t>&, Bounds<T>);
LERL_INSTANTIATE(float)
LERL_INSTANTIATE(double)
LERL_INSTANTIATE(int32_t)
LERL_INSTANTIATE(int64_t)
LERL_INSTANTIATE(uint8_t)
LERL_INSTANTIATE(uint64_t)
#undef LERL_INSTANTIATE

void WriteTensorFile(const std::filesystem::path& path, const TensorFile& file) {
  std::string data;
  Json header;
  for (const auto& [name, array] : file.arrays) {
    const size_t begin = data.size();
    data.append(array.bytes.begin(), array.bytes.end());
    header[name] = {{"dtype", RowOf(array.type).name},
                    {"shape", array.shape},
                    {"data_offsets", {begin, data.size()}}};
  }
  header["__metadata__"] = {
      {"format", "lerl"}, {"kind", file.kind}, {"description", file.description}};
  header["__metadata__"]["checksum"] = Checksum(header, data);
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');  // keeps the arrays aligned
  const uint64_t header_size = text.size();
  std::string bytes(reinterpret_cast<const char*>(&header_size), sizeof(header_size));
  bytes += text;
  bytes += data;
  WriteFileWhole(path, bytes);
}

TensorFile ReadTensorFile(const std::filesystem::path& path, const std::string& kind,
                          ErrorKind on_damage) {
  if (!std::filesystem::exists(path))
    throw Error(on_damage, path.string() + ": No such file; a " + kind + " file was expected");
  const std::string bytes = ReadFile(path);  // what can't be read need not be damaged
  try {
    return Parse(bytes, kind);
  } catch (const std::exception& error) {
    throw Error(on_damage, path.string() + ": not a usable " + kind + " file (" + error.what() +
                               "); delete it or give another");
  }
}

}  // namespace lerl
