#include "lerl/base/json_file.h"

#include <nlohmann/json.hpp>
#include <string>

#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/json_text.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

constexpr char kChecksum[] = "checksum";

std::string Dump(const Json& json, int indent) {
  return json.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

std::string ChecksumOf(const Json& object) { return HashText(Dump(object, -1)); }

}  // namespace

void WriteJsonFile(const std::filesystem::path& path, Json object, int indent) {
  object[kChecksum] = ChecksumOf(object);
  WriteFileWhole(path, Dump(object, indent) + "\n");
}

Json TryReadJsonFile(const std::filesystem::path& path) {
  Json object = TryParseJson(ReadFile(path));
  if (!object.is_object()) return Json(Json::value_t::discarded);
  if (!object.contains(kChecksum)) return object;
  const Json checksum = object[kChecksum];
  object.erase(kChecksum);
  if (checksum != ChecksumOf(object)) return Json(Json::value_t::discarded);
  return object;
}

}  // namespace lerl
