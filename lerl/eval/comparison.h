#pragma once
// A comparison: several configurations are trained and judged on the same users and seeds.
//
// Rows with the same training settings share their runs. A job is one training run with the
// evaluations that need it. Jobs run side by side, and each has one thread (but for an asynchronous
// teacher, planner/student/teacher.h), so results don't depend on how many run at once. Runs and
// evaluations that are finished in the output folder are not repeated.

#include <filesystem>
#include <vector>

#include "lerl/eval/comparison_config.h"
#include "lerl/eval/evaluation.h"

namespace lerl {

struct ComparisonOutcome {
  bool finished = false;  // false: stopped by a signal
  std::vector<EvaluationResult> rows;
  std::filesystem::path report;
};

// Trains, evaluates and writes OUT/results.json, OUT/report.json and OUT/report.html. Throws
// Error(kUnusable) when policies hardly differ in a response model, Error(kBusy) when another
// process holds the folder.
ComparisonOutcome RunComparison(const ComparisonConfig& config, const std::filesystem::path& out);

}  // namespace lerl
