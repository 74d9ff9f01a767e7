#pragma once
// exposure_gini: Gini coefficient of how often each item that can be shown is shown, those that
// nobody sees included,
//   G = sum_i (2 i - n - 1) x_i / (n sum_i x_i),   x_1 <= ... <= x_n the items' counts.
// 0 where all are shown alike, near 1 where few items get everything. Counts are those of all
// sessions of a seed, so like coverage it compares only policies that played the same users.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues ExposureGini(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
