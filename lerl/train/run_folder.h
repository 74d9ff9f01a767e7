#pragma once
// The folder of a run (one configuration, one seed):
//   run.json                 configuration, seed, status ("running", "finished"), commit, times,
//                            cost of the training
//   metrics.jsonl            one line per iteration
//   checkpoint.safetensors   the newest checkpoint; of a finished run, the result
// A group of runs is the folder of its seeds: GROUP/seed-1, GROUP/seed-2, ...

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lerl/train/run_config.h"

namespace lerl {

// ROOT/<agent>+<planner>-<first 8 digits of the training hash>
std::filesystem::path GroupFolder(const std::filesystem::path& root, const RunConfig& config);
std::filesystem::path SeedFolder(const std::filesystem::path& group, int64_t seed);

void WriteRunFile(const std::filesystem::path& folder, const nlohmann::json& run);
std::optional<nlohmann::json> ReadRunFile(const std::filesystem::path& folder);

// What the training of a run cost. Not part of any result: it differs from time to time.
struct RunCost {
  std::optional<double> steps_per_second;  // user-steps played and learned from; absent: no step
  std::optional<double> memory_mb;         // resident memory of the process at the run's highest:
                                           // what runs beside it counts in
};
RunCost ReadRunCost(const std::filesystem::path& folder);

// The newest group below `root` (searched to any depth) in which every seed of `config` has
// finished with the same training hash. Throws Error(kNoRun) that says to run `lerl train` first.
std::filesystem::path FindFinishedGroup(const std::filesystem::path& root, const RunConfig& config);

// Lines of metrics.jsonl up to `iteration`, rewritten whole (what a resumed run starts from).
std::vector<std::string> KeepMetrics(const std::filesystem::path& folder, int64_t iteration);

}  // namespace lerl
