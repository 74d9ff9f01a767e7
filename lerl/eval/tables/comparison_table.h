#pragma once
// A comparison as text, at most 120 columns wide: what is printed when a comparison ends.

#include <string>
#include <vector>

#include "lerl/eval/evaluation.h"

namespace lerl {

// It begins with what was found (eval/tables/headline.h) and what the main columns mean. The table
// has five blocks with one row per policy in each:
//
//   1   the main figures with 95% intervals
//   2   for each reference the paired differences against it, of rows of its leave rule, with the
//       tests of the claimed metric (eval/claims.h)
//   3   the interquartile mean of the claimed metric, and the means of those of `metrics`
//       (TableMetrics) that the rows have
//   4   where the plans came from
//   5   what the training of a run cost: sessions, gradient steps ("updates") and seconds of
//       playing and learning, means over seeds; user-steps a second; the memory of the largest
//
// A block that is too wide goes on in a further one. Names that are too long are cut. Below stand
// what the columns mean, the verdict (eval/tables/verdict_text.h) and the smallest difference that
// the design shows.
std::string ComparisonTable(const std::vector<EvaluationResult>& rows,
                            const std::vector<std::string>& references,
                            const std::vector<std::string>& metrics = {});

}  // namespace lerl
