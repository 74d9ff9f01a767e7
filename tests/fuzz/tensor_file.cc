// A checkpoint. The input is what stands behind the length of the header; the length is put before
// it, and the checksum into it, so that more than these two is tried.

#include "lerl/base/tensor_file.h"

#include <cstring>
#include <nlohmann/json.hpp>
#include <span>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/json_text.h"
#include "tests/fuzz/scratch_file.h"

namespace lerl {
namespace {

constexpr char kEndOfHeader = '\n';  // JSON on one line, then the arrays

std::string Checked(std::string_view input) {
  const size_t end = std::min(input.find(kEndOfHeader), input.size());
  std::string header(input.substr(0, end));
  const std::string_view data = input.substr(std::min(end + 1, input.size()));
  nlohmann::json json = TryParseJson(header);
  if (MemberOf(json, "__metadata__").is_object()) {
    json["__metadata__"].erase("checksum");
    header = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    const uint64_t seed = Hash(std::as_bytes(std::span(header)));
    json["__metadata__"]["checksum"] = HexText(Hash(std::as_bytes(std::span(data)), seed));
    header = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  const uint64_t size = header.size();
  std::string bytes(sizeof(size), '\0');
  std::memcpy(bytes.data(), &size, sizeof(size));
  return bytes + header + std::string(data);
}

void ReadAll(const TensorFile& file) {
  for (const auto& [name, array] : file.arrays) {
    if (array.type == Array::Type::kF32) ReadValues<float>(file.arrays, name, {-1}, {-1e9F, 1e9F});
    if (array.type == Array::Type::kI64) ReadValues<int64_t>(file.arrays, name, {-1, -1});
    if (array.type == Array::Type::kU8) ReadValue<uint8_t>(file.arrays, name);
  }
}

}  // namespace
}  // namespace lerl

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static lerl::ScratchFile file("checkpoint.safetensors");
  const std::string_view input = lerl::TextOf(data, size);
  for (const std::string& bytes : {lerl::Checked(input), std::string(input)}) {
    file.Write(bytes);
    try {
      const lerl::TensorFile read = lerl::ReadTensorFile(file.path(), "checkpoint");
      lerl::ReadAll(read);
    } catch (const lerl::Error&) {
    }
  }
  return 0;
}
