#pragma once
// The cells of a comparison (eval/comparison.h), and the work that a worker does for one.
//
// A cell is one training run with the evaluations of all rows that need it, such as
// "ppo+none-1234abcd/seed-1", and makes the files of that run's folder. Where rows look plans up,
// the table of a language model's plans is a cell of its own, before theirs.

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lerl/cells/study_run.h"
#include "lerl/eval/comparison_config.h"
#include "lerl/eval/evaluator.h"
#include "lerl/train/world.h"

namespace lerl {

struct CompareOptions {
  HeldOut held_out = HeldOut::kTest;     // who is played
  std::string command = "lerl compare";  // for the ledger of looks (eval/ledger.h)
  bool reuse_stale = false;  // take runs and sessions of other commits as they are, marked
  StudyOptions study{};      // who runs the cells; by itself, threads of this process
};

struct ComparisonCell {
  Cell cell{};
  int64_t seed = 0;            // of a run
  std::vector<size_t> rows{};  // that need it
  bool is_table = false;       // of plans
};

// In the order in which they are to be run: long ones first, so that workers finish together.
std::vector<ComparisonCell> CellsOf(const ComparisonConfig& config);

// Hash of the rows: their labels and settings.
std::string ComparisonHash(const ComparisonConfig& config);

class ComparisonWork : public CellWork {
 public:
  // All must outlive it.
  ComparisonWork(const ComparisonConfig& config, std::filesystem::path out,
                 const CompareOptions& options);

  // Trains, or goes on where an earlier call was stopped, and plays. Throws Error(kUsage) where the
  // comparison has no such cell.
  CellEnd Run(const std::string& cell, CellControl& control) override;

  const std::vector<ComparisonCell>& cells() const { return cells_; }
  std::filesystem::path FolderOf(const ComparisonCell& cell) const;
  // Whether the run has finished and the sessions of all its rows are kept.
  bool IsDone(const ComparisonCell& cell) const;
  // The held-out sessions that the run of a row plays under a seed, from its folder where they are
  // kept. The run has finished.
  HeldOutPlay PlayOf(size_t row, int64_t seed);
  // The world of a row, loaded when it is first asked for.
  const World& WorldOf(const RunConfig& run);
  // How often the held-out users were looked at, with this look, which is recorded once.
  std::optional<int64_t> Looks();

 private:
  CellEnd MakeTable(const RunConfig& run);

  const ComparisonConfig& config_;
  const std::filesystem::path out_;
  const CompareOptions& options_;
  const std::vector<ComparisonCell> cells_;
  std::mutex worlds_mutex_, tables_mutex_;
  std::map<std::string, std::unique_ptr<World>> worlds_;
  std::set<std::string> tables_;  // that this process has made or found whole
  std::once_flag looked_;
  std::optional<int64_t> looks_;
  std::atomic<bool> planner_stopped_ = false;  // a planner has ended its run
};

}  // namespace lerl
