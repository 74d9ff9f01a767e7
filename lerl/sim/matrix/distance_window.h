#pragma once
// The leave rule distance_window (sim/rules/leave_rules.h), which needs the matrix that the matrix
// task reads its rewards from.

#include <memory>

#include "lerl/sim/matrix/matrix_truth.h"
#include "lerl/sim/rules/leave_rules.h"

namespace lerl {

// Makes the rule. Its row in LeaveRuleRows() has no matrix, so `make` throws Error(kConfig) there.
// The matrix must outlive the rule.
std::unique_ptr<LeaveRule> MakeDistanceWindow(const MatrixTruth& matrix, const EnvConfig& config,
                                              int slots);

}  // namespace lerl
