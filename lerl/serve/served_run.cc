#include "lerl/serve/served_run.h"

#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "lerl/agents/registry.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/planner/registry.h"
#include "lerl/train/run_folder.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr size_t kVersionDigits = 8;

// The leaves of the configuration as "a.b=value". What JSON writes for a value, TOML reads.
std::vector<std::string> SettingsOf(const Json& config) {
  std::vector<std::string> sets;
  const std::function<void(const Json&, const std::string&)> walk = [&](const Json& part,
                                                                        const std::string& path) {
    if (!part.is_object()) return sets.push_back(path + "=" + part.dump());
    for (const auto& [key, value] : part.items())
      walk(value, std::string(path).append(path.empty() ? "" : ".").append(key));
  };
  walk(config, "");
  return sets;
}

// The folder itself, or its first seed's.
fs::path FolderOfSeed(const fs::path& folder) {
  if (fs::exists(folder / "run.json") || !fs::is_directory(folder)) return folder;
  fs::path first;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (fs::exists(entry.path() / "run.json") && (first.empty() || entry.path() < first))
      first = entry.path();
  return first.empty() ? folder : first;
}

void RequireServable(const ServedRun& run) {
  const std::string where = run.folder.string() + ": ";
  if (FindAgentRow(run.config.agent.name).oracle || FindPlannerRow(run.config.planner.name).oracle)
    throw Error(ErrorKind::kUnusable,
                where +
                    "the policy reads the simulator's truth, which people don't have; serve a "
                    "run of another agent and planner (`lerl list` marks oracles)");
  if (const std::string why = InvalidRun(run.folder); !why.empty())
    throw Error(ErrorKind::kUnusable, where + "the run is invalid: " + why + "; train it anew");
}

}  // namespace

ServedRun ReadServedRun(const fs::path& given) {
  ServedRun run{.folder = FolderOfSeed(given)};
  const auto file = ReadRunFile(run.folder);
  if (!file)
    throw Error(ErrorKind::kNoRun, given.string() +
                                       ": there is no run in it; give the folder of a finished "
                                       "run, such as runs/ppo+none-1234abcd/seed-1");
  if (file->value("status", "") != "finished")
    throw Error(ErrorKind::kNoRun, run.folder.string() +
                                       ": the run has not finished; go on with it by the `lerl "
                                       "train` that began it");
  run.config =
      ReadRunConfig(ConfigSource::FromText("", "run.json", SettingsOf(file->at("config"))));
  run.seed = file->at("seed");
  RequireServable(run);
  run.version = file->value("behaviour", "").substr(0, kVersionDigits) + "-" +
                HashText(ReadFile(run.folder / "checkpoint.safetensors")).substr(0, kVersionDigits);
  return run;
}

}  // namespace lerl
