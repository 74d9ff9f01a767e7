#include "lerl/train/run_folder.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/log.h"
#include "lerl/base/version.h"

namespace lerl {
namespace fs = std::filesystem;
using Json = nlohmann::json;

fs::path GroupFolder(const fs::path& root, const RunConfig& config) {
  return root /
         (config.agent.name + "+" + config.planner.name + "-" + TrainHash(config).substr(0, 8));
}

fs::path SeedFolder(const fs::path& group, int64_t seed) {
  return group / ("seed-" + std::to_string(seed));
}

void WriteRunFile(const fs::path& folder, const Json& run) {
  WriteFileWhole(folder / "run.json", run.dump(2) + "\n");
}

std::optional<Json> ReadRunFile(const fs::path& folder) {
  const fs::path path = folder / "run.json";
  if (!fs::exists(path)) return std::nullopt;
  const Json run = Json::parse(ReadFile(path), nullptr, /*allow_exceptions=*/false);
  if (!run.is_object())
    throw Error(ErrorKind::kCheckpoint,
                path.string() + ": damaged run file; delete the folder and train again");
  return run;
}

std::string BehaviourHash(const RunConfig& config, const std::string& data_fingerprint,
                          int64_t seed, const std::vector<std::string>& commits) {
  return ConfigHash({{"settings", TrainHash(config)},
                     {"data", data_fingerprint},
                     {"seed", seed},
                     {"commits", commits}});
}

std::vector<std::string> CommitsGoingOn(const Json& run, const fs::path& folder) {
  const std::vector<std::string> before = {run.value("commit", "an unknown commit")};
  std::vector<std::string> commits = run.value("commits", before);
  if (!commits.empty() && commits.back() == Commit()) return commits;
  LogWarning(folder.string() + ": begun by the program of another commit; the run is of both");
  commits.push_back(Commit());
  return commits;
}

std::string StaleRun(const fs::path& folder, const RunConfig& config,
                     const std::string& data_fingerprint, int64_t seed) {
  const std::optional<Json> run = ReadRunFile(folder);
  if (!run ||
      run->value("behaviour", "") == BehaviourHash(config, data_fingerprint, seed, {Commit()}))
    return "";
  if (run->value("dataset", data_fingerprint) != data_fingerprint) return "trained on other data";
  if (!run->contains("commits"))
    return "trained at " + run->value("commit", "an unknown commit") + ", before runs had a hash";
  std::string commits;
  for (const Json& commit : run->at("commits"))
    commits += (commits.empty() ? "" : " and ") + commit.get<std::string>();
  return "trained at " + commits;
}

void SetAside(const fs::path& folder) {
  const fs::path aside = folder.string() + ".stale";
  std::error_code error;
  fs::remove_all(aside, error);
  if (!error) fs::rename(folder, aside, error);
  if (error)
    throw Error(ErrorKind::kIo,
                folder.string() + ": can't be moved to " + aside.string() + ": " + error.message());
}

RunCost ReadRunCost(const fs::path& folder) {
  RunCost cost;
  const std::optional<Json> run = ReadRunFile(folder);
  if (!run || !run->contains("cost")) return cost;
  if (run->contains("training_plans"))
    cost.training_plans = run->at("training_plans").get<std::map<std::string, int64_t>>();
  if (run->contains("gradient_steps")) cost.gradient_steps = run->at("gradient_steps");
  const Json& about = run->at("cost");
  if (about.contains("steps_per_second")) cost.steps_per_second = about["steps_per_second"];
  if (about.contains("memory_mb")) cost.memory_mb = about["memory_mb"];
  return cost;
}

std::optional<int64_t> KeptIterationOf(const fs::path& folder) {
  const std::optional<Json> run = ReadRunFile(folder);
  if (!run || !run->contains("kept_iteration")) return std::nullopt;
  return run->at("kept_iteration").get<int64_t>();
}

namespace {

// When the last of the group's seeds finished, if all of them did.
std::optional<std::string> FinishTime(const fs::path& group, const RunConfig& config,
                                      const std::string& hash) {
  std::string newest;
  for (const int64_t seed : config.train.seeds) {
    const fs::path folder = SeedFolder(group, seed);
    const std::optional<Json> run = ReadRunFile(folder);
    if (!run || run->value("status", "") != "finished" || run->value("train_hash", "") != hash ||
        !fs::exists(folder / "checkpoint.safetensors"))
      return std::nullopt;
    newest = std::max(newest, run->value("finished", ""));
  }
  return newest;
}

}  // namespace

fs::path FindFinishedGroup(const fs::path& root, const RunConfig& config) {
  const std::string hash = TrainHash(config);
  const std::string name = GroupFolder("", config).filename().string();
  fs::path best;
  std::string best_time;
  std::error_code error;
  for (fs::recursive_directory_iterator it(root, error), end; !error && it != end;
       it.increment(error)) {
    if (!it->is_directory() || it->path().filename() != name) continue;
    const std::optional<std::string> time = FinishTime(it->path(), config, hash);
    if (time && (best.empty() || *time > best_time)) best = it->path(), best_time = *time;
  }
  if (best.empty())
    throw Error(ErrorKind::kNoRun, root.string() +
                                       ": no finished run of this configuration; run `lerl train "
                                       "--config ...` first, or name its folder with --runs");
  return best;
}

std::vector<std::string> KeepMetrics(const fs::path& folder, int64_t iteration) {
  const fs::path path = folder / "metrics.jsonl";
  std::vector<std::string> lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (json.is_object() && json.value("iteration", iteration + 1) <= iteration)
      lines.push_back(line);
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  WriteFileWhole(path, text);
  return lines;
}

}  // namespace lerl
