#pragma once
// A comparison: several configurations are trained and judged on the same users and seeds.
//
// Rows with the same training settings share their runs. A job is one training run with the
// evaluations that need it. Jobs run side by side, and each has one thread (but for an asynchronous
// teacher, planner/student/teacher.h), so results don't depend on how many run at once. Runs and
// evaluations that are finished in the output folder are not repeated. Those that another program
// (another commit, a changed tree) or other data made are stale: they are named, set aside and made
// anew, unless `reuse_stale`, which marks their rows.

#include <filesystem>
#include <string>
#include <vector>

#include "lerl/eval/comparison_config.h"
#include "lerl/eval/evaluation.h"

namespace lerl {

struct CompareOptions {
  HeldOut held_out = HeldOut::kTest;     // who is played
  std::string command = "lerl compare";  // for the ledger of looks (eval/ledger.h)
  bool reuse_stale = false;  // take runs and sessions of other commits as they are, marked
};

struct ComparisonOutcome {
  bool finished = false;  // false: stopped by a signal
  std::vector<EvaluationResult> rows;
  std::filesystem::path report;
};

// Trains, evaluates and writes OUT/results.json, OUT/report.json and OUT/report.html. Throws
// Error(kUnusable) when policies hardly differ in a response model, Error(kBusy) when another
// process holds the folder, Error(kConfig) when there are no such held-out users.
ComparisonOutcome RunComparison(const ComparisonConfig& config, const std::filesystem::path& out,
                                const CompareOptions& options = {});

}  // namespace lerl
