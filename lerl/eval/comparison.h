#pragma once
// A comparison: several configurations are trained and judged on the same users and seeds.
//
// Rows with the same training settings share their runs. A cell (eval/comparison_cells.h) is one
// training run with the evaluations that need it. Cells are run by any number of workers, of this
// process or of others (cells/study_run.h), and each has one thread (but for an asynchronous
// teacher, planner/student/teacher.h), so results depend neither on how many run at once nor on who
// runs them. Runs and evaluations that are finished in the output folder are not repeated. Those
// that another program (another commit, a changed tree) or other data made are stale: they are
// named, set aside and made anew, unless `reuse_stale`, which marks their rows.

#include <filesystem>
#include <string>
#include <vector>

#include "lerl/eval/comparison_cells.h"
#include "lerl/eval/comparison_config.h"
#include "lerl/eval/evaluation.h"

namespace lerl {

struct ComparisonOutcome {
  StudyEnd end = StudyEnd::kStopped;
  bool finished() const { return end == StudyEnd::kDone; }
  std::vector<EvaluationResult> rows{};
  std::filesystem::path report{};
};

// Trains, evaluates and writes OUT/results.json, OUT/report.json and OUT/report.html, and
// OUT/figures.json and figures.txt: results and table without what differs each time (seconds,
// memory), the same to the byte whoever ran the cells. Throws what made a cell fail
// (cells/cell_ledger.h), Error(kUnusable) when policies hardly differ in a response model,
// Error(kBusy) when another process holds the folder, Error(kConfig) when there are no such
// held-out users.
ComparisonOutcome RunComparison(const ComparisonConfig& config, const std::filesystem::path& out,
                                const CompareOptions& options = {});

}  // namespace lerl
