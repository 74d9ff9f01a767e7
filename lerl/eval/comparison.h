#pragma once
// A comparison: several configurations trained and judged on the same users and seeds.
//
// Rows with the same training settings share their runs. Jobs (one training run and the evaluations
// that need it) run side by side; every job is single-threaded (but for an asynchronous teacher,
// planner/student/teacher.h), so results don't depend on their number. Finished runs and evaluations in the
// output folder are not repeated.

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

// Trains, evaluates and writes OUT/results.json, OUT/report.json and OUT/report.html.
ComparisonOutcome RunComparison(const ComparisonConfig& config, const std::filesystem::path& out);

}  // namespace lerl
