#pragma once
// A cell of the closed-loop audit (eval/audit/closed_loop_audit.h): one planner in one setting
// under one seed practises and then plans for held-out users (World::judged), one whole session
// each. A cell is kept in a JSON file, whole or not at all, and tied by a key to what it was played
// with.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lerl/eval/audit/scripted_truth.h"
#include "lerl/planner/plan_policy.h"
#include "lerl/sim/session_log.h"
#include "lerl/train/world.h"

namespace lerl {

inline constexpr char kLerlTask[] = "lerl";          // whole sessions under the leave rule `lerl`
inline constexpr char kEvolvingTask[] = "evolving";  // the evolving-interest task
inline constexpr char kColdTask[] = "cold start";    // the same, for users who have just come

struct ClosedLoopSetting {
  std::string task{};
  int64_t plan_size = 1;

  bool operator==(const ClosedLoopSetting&) const = default;
};

struct ClosedLoopCell {
  ClosedLoopSetting setting{};
  std::string planner{};
  double nu = -1;  // of a scripted model (eval/audit/scripted_truth.h); -1: the model itself
  int64_t seed = 1;
  ScriptedErrors errors{};  // of that model
  double weight = -1;       // w of llm_grounded; -1: as the settings say
};

// What cells are played with, in all settings. The two worlds must outlive it.
struct ClosedLoopPlay {
  const World& world;  // must have `evolving`
  const World& cold;   // the same as policies know it at a cold start (train/cold_start.h)
  std::shared_ptr<LlmBackend> backend = nullptr;
  // What the model's files hold (planner/llm/named_files.h), read once for all cells.
  std::map<std::string, std::string> files{};
  int64_t users = 100;
  int64_t iterations = 60;      // of practice
  bool permute_labels = false;  // each seed has a permutation of its own (planner_audit.h)
};

struct PlayedCell {
  bool learns = false, asks = false;                      // asks: a language model
  std::vector<int32_t> users{};                           // [U]
  std::vector<double> reward{}, length{};                 // [U] R_cum and T_int of each session
  std::vector<int64_t> plans{}, practice_plans{};         // [kPlanOrigins] how many of each origin
  std::vector<std::pair<std::string, double>> figures{};  // what the planner has learned
  int64_t prompts = 0;                                    // prompts that a language model answered
  double seconds = 0;
};

// The settings of a cell: `base` with the task's environment, the audit's low level, the planner
// and, where asked for, the permutation of its seed.
RunConfig CellConfig(const RunConfig& base, const ClosedLoopCell& cell, int64_t users,
                     bool permute_labels = false);

// Practises with a planner that learns, then plays the held-out users. Nothing if a stop was
// requested during practice. `look` is given the sessions and who played them.
std::optional<PlayedCell> PlayCell(
    const RunConfig& base, const ClosedLoopCell& cell, const ClosedLoopPlay& with,
    const std::function<void(const SessionLog&, Actors&)>& look = nullptr);

// Name of a cell's file, such as "evolving-llm_grounded-scripted-size1-validation-seed3.json".
// After "scripted" may stand "-corrupted15" or "-mistaken15", and "-w50", in hundredths.
std::string CellFile(const ClosedLoopCell& cell, HeldOut held_out);
// The key of a cell's file: a hash of settings, practice, data, held-out users, model and the
// program's commit.
std::string CellKey(const RunConfig& base, const ClosedLoopCell& cell, const ClosedLoopPlay& with);

void WriteCell(const std::filesystem::path& path, const PlayedCell& cell, const std::string& key);
// The cell on file. Nothing if there is no such file, if it has another key, or (with a warning) if
// it is damaged.
std::optional<PlayedCell> ReadCell(const std::filesystem::path& path, const std::string& key);

}  // namespace lerl
