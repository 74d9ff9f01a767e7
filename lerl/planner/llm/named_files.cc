#include "lerl/planner/llm/named_files.h"

#include <filesystem>

#include "lerl/base/file.h"
#include "lerl/base/hash.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

std::string HashOf(const fs::path& path) {
  return fs::is_regular_file(path) ? HashText(MappedFile(path).text()) : "absent";
}

}  // namespace

std::map<std::string, std::string> NamedFiles(const LlmPlannerConfig& config) {
  std::map<std::string, std::string> files;
  if (!config.model.empty()) files["model"] = HashOf(config.model);
  if (!config.lora.empty()) files["lora"] = HashOf(config.lora);
  if (config.names_template.ends_with(".txt"))
    files["names_template"] = HashOf(config.names_template);
  if (fs::is_directory(config.prompt_dir)) {
    for (const fs::directory_entry& file : fs::directory_iterator(config.prompt_dir))
      files["prompt_dir/" + file.path().filename().string()] = HashOf(file.path());
  }
  return files;
}

}  // namespace lerl
