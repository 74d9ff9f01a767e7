#pragma once
// Held-out sessions in a file (base/tensor_file.h). A key ties them to what they were played with.

#include <filesystem>
#include <optional>
#include <string>

#include "lerl/planner/plan_policy.h"
#include "lerl/sim/session_log.h"

namespace lerl {

struct HeldOutPlay {
  SessionLog log;
  PlanCounts plans;
  std::string commit = {};  // of the program that played
  // Not in the file: in what run or play differ from this program's, the iteration whose checkpoint
  // was played, and why the run is invalid (KeptIterationOf, InvalidRun in train/run_folder.h).
  std::string stale = {};
  std::optional<int64_t> kept_iteration = {};
  std::string invalid_run = {};
};

void WritePlay(const std::filesystem::path& path, const HeldOutPlay& play, const std::string& key);

// The sessions in the file. Nothing if it has another key. Throws Error(kCheckpoint) when it is
// damaged.
std::optional<HeldOutPlay> ReadPlay(const std::filesystem::path& path, const std::string& key);

}  // namespace lerl
