#pragma once
// category_entropy: mean over sessions of the Shannon entropy, in bits, of the categories shown,
//   H = - sum_c q_c log2 q_c,   q_c = mean over shown items of w_ic,
// w_ic the item's share of category c (1 / number of its categories; `none` where it has none).
// The plug-in estimate: short sessions can't show many categories and have less.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues CategoryEntropy(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
