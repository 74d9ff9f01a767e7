#pragma once
// The folder of a run (one configuration, one seed) holds
//
//   run.json                 configuration, seed, status ("running", "finished"), times, cost of
//                            the training; `commits` of the programs that trained it, and in
//                            `behaviour` the hash of what decides how it behaves; in a finished
//                            run `metrics`, the hash of metrics.jsonl; a checksum
//   metrics.jsonl            one line per iteration
//   checkpoint.safetensors   the newest checkpoint; in a finished run, its result
//   best.safetensors         while a run with train.keep = "best" goes on, its best checkpoint
//
// A group is the runs of one configuration, a folder for each seed: GROUP/seed-1, GROUP/seed-2, ...

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lerl/train/run_config.h"

namespace lerl {

// ROOT/<agent>+<planner>-<first 8 digits of the training hash>, with the planner that trains
std::filesystem::path GroupFolder(const std::filesystem::path& root, const RunConfig& config);
std::filesystem::path SeedFolder(const std::filesystem::path& group, int64_t seed);

void WriteRunFile(const std::filesystem::path& folder, const nlohmann::json& run);
std::optional<nlohmann::json> ReadRunFile(const std::filesystem::path& folder);

// Hash of what decides how a run behaves: settings, data, seed, and the commits of the programs
// that trained it (several where one went on with what another had begun). What the files of the
// language model held stands beside it in a run (planner/llm/named_files.h).
std::string BehaviourHash(const RunConfig& config, const std::string& data_fingerprint,
                          int64_t seed, const std::vector<std::string>& commits);
// The commits of an unfinished run that this program goes on with, its own the last. Warns where
// another program began it.
std::vector<std::string> CommitsGoingOn(const nlohmann::json& run,
                                        const std::filesystem::path& folder);
// In what the run in the folder, finished or not, differs from the one that this program would
// make, such as "trained at 0123456789ab". "" where it doesn't differ or where there is none. A run
// from before runs had a hash is stale.
std::string StaleRun(const std::filesystem::path& folder, const RunConfig& config,
                     const std::string& data_fingerprint, int64_t seed);
// Moves the folder of a stale run to FOLDER.stale, in place of one that was moved there before.
void SetAside(const std::filesystem::path& folder);

// What the training of a run cost. It is no part of any result, because it differs each time.
struct RunCost {
  std::map<std::string, int64_t> training_plans;  // by the names of their origins
  std::optional<int64_t> gradient_steps, iterations;
  std::optional<double> steps_per_second;  // user-steps played and learned from; absent: no step
  // That all user-steps take at that speed: playing and learning, without warm start or validation.
  std::optional<double> seconds;
  std::optional<double> memory_mb;  // highest resident memory of the process during the run,
                                    // with what else ran in the process
};
RunCost ReadRunCost(const std::filesystem::path& folder);

// Why a finished run is invalid (TrainResult::invalid); "" where it is not.
std::string InvalidRun(const std::filesystem::path& folder);

// The iteration whose checkpoint is the result of a finished run, where its learning curve decided
// (TrainConfig::judges).
std::optional<int64_t> KeptIterationOf(const std::filesystem::path& folder);

// The lines of metrics.jsonl, one per iteration from 0 on; {} where there is no file. Throws
// Error(kCheckpoint) that names the line where one is missing or damaged, and where the file is not
// the one that a finished run left.
std::vector<nlohmann::json> ReadMetrics(const std::filesystem::path& folder);

// Hash of metrics.jsonl as it is; a missing file counts as an empty one.
std::string MetricsHash(const std::filesystem::path& folder);

// Cuts metrics.jsonl to the lines up to `iteration`, from which a resumed run goes on; -1 empties
// it. Each line is on the disk before the checkpoint that counts it, so where one of them is
// missing or damaged this throws Error(kCheckpoint).
void KeepMetrics(const std::filesystem::path& folder, int64_t iteration);

}  // namespace lerl
