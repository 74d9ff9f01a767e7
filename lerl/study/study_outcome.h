#pragma once
// What a study found: its rows with the seeds that finished, its claims with their verdicts, and
// the cells that failed.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lerl/cells/cell_ledger.h"
#include "lerl/eval/evaluation.h"
#include "lerl/study/claim_tests.h"
#include "lerl/study/study_plan.h"

namespace lerl {

struct StudyRow {
  std::vector<int64_t> seeds{};            // that finished
  std::optional<Evaluation> evaluation{};  // under these; absent where none finished
  std::optional<Interval> rank{};  // by the study's metric among the policies of its leave rule, of
                                   // rows without failed cells; oracles have none
};

struct StudyFinding {  // of a contrast
  ClaimResult result{};
  std::vector<int64_t> seeds{};           // that it was tested with
  std::optional<Interval> improvement{};  // of two rows: P(level better than against)
  std::string problem{};                  // why it was not judged
};

struct FailedStudyCell {
  std::vector<std::string> rows{};  // labels
  int64_t seed = 0;
  int64_t tries = 0;
  std::string error{};
};

struct StudyOutcome {
  std::vector<StudyRow> rows{};          // as in the plan
  std::vector<StudyFinding> findings{};  // as the plan's contrasts
  std::vector<FailedStudyCell> failed{};
  std::string unfit{};  // why the simulator is unfit by its audit; "" where it is not
  std::optional<int64_t> looks{};
  nlohmann::json analysis{};
};

// Fills in the findings and the ranks from the rows' evaluations.
void JudgeStudy(const StudyPlan& plan, StudyOutcome& outcome);

}  // namespace lerl
