#pragma once
// A comparison as text, at most 120 columns wide: what is printed when a comparison ends.

#include <string>
#include <vector>

#include "lerl/eval/evaluation.h"

namespace lerl {

// The table has three blocks with one row per policy in each:
//
//   1   the main figures with 95% intervals
//   2   the paired differences against `reference`, and the means of those of `metrics`
//       (TableMetrics) that the rows have
//   3   where the plans came from
//
// A block that is too wide goes on in a further one. A difference whose interval excludes 0 is
// followed by + (better) or - (worse). Names that are too long are cut.
std::string ComparisonTable(const std::vector<EvaluationResult>& rows, const std::string& reference,
                            const std::vector<std::string>& metrics = {});

}  // namespace lerl
