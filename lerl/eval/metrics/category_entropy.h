#pragma once
// category_entropy: mean over sessions of the Shannon entropy H of the categories that the session
// showed, in bits.
//
//   H    = - sum_c q_c log2 q_c
//   q_c  = mean over the items shown of w_ic
//   w_ic = 1 / (number of item i's categories) for each of them; an item without a category counts
//          for the pseudo category `none`
//
// H is the plug-in estimate: a short session can't show many categories, so its entropy is lower.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues CategoryEntropy(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
