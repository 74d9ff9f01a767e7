#pragma once
// exposure_gini: Gini coefficient of how often the items that can be shown are shown. Items that
// nobody sees are included.
//
//   G = sum_i (2 i - n - 1) x_i / (n sum_i x_i)
//
//   n                  number of items that can be shown
//   x_1 <= ... <= x_n  how often each of them is shown, over all sessions of a seed
//
// G is 0 where all items are shown equally often, and near 1 where few items get everything. The
// counts grow with the number of users, so like coverage it compares only policies that played the
// same users.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues ExposureGini(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
