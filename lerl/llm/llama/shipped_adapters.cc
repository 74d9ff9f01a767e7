#include "lerl/llm/llama/shipped_adapters.h"

#include <map>

#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/llm/llama/adapter_files.h"

namespace lerl {
namespace {

const std::map<std::string, std::string_view>& AdapterBytes() {
  static const std::map<std::string, std::string_view> bytes = {{"ml-100k", kMl100kGguf}};
  return bytes;
}

}  // namespace

std::vector<std::string> ShippedAdapters() {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : AdapterBytes()) names.push_back(name);
  return names;
}

std::filesystem::path ResolveAdapter(const std::string& setting) {
  const auto shipped = AdapterBytes().find(setting);
  if (shipped == AdapterBytes().end()) return setting;
  const auto& [name, bytes] = *shipped;
  const std::filesystem::path path =
      CacheDir() / "adapters" / (name + "-" + HashText(bytes) + ".gguf");
  if (!std::filesystem::exists(path)) WriteFileWhole(path, bytes);
  return path;
}

}  // namespace lerl
