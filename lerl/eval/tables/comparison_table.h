#pragma once
// The comparison as text, at most 120 columns wide: what a comparison prints when it ends.

#include <string>
#include <vector>

#include "lerl/eval/evaluation.h"

namespace lerl {

// Three blocks, one row per policy in each: the main figures with 95% intervals; the paired
// differences against `reference`, and the means of `metrics` (TableMetrics) that the rows have;
// where the plans came from. What is wider than 120 columns goes on in a further block. A
// difference whose interval excludes 0 is followed by + (better) or - (worse). Names that are too
// long are cut.
std::string ComparisonTable(const std::vector<EvaluationResult>& rows, const std::string& reference,
                            const std::vector<std::string>& metrics = {});

}  // namespace lerl
