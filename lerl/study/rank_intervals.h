#pragma once
// Intervals of ranks: how sure the order of several policies is that play the same users and seeds.
//
// A resample draws users and seeds with replacement, the same for all policies (the pigeonhole
// bootstrap of eval/statistics.h), and ranks the policies by the means of their cells, 1 the best;
// equal means share the mean of their ranks. The interval is between the 2.5% and 97.5% percentiles
// of a policy's ranks over the resamples, as in R. Agarwal et al., NeurIPS 2021 (figure 7), where
// runs alone are resampled.

#include <vector>

#include "lerl/eval/statistics.h"

namespace lerl {

// `tables` [P] of the same seeds and users; the mean of an interval is the rank of the whole table.
std::vector<Interval> RankIntervals(const std::vector<const CrossedTable*>& tables,
                                    bool higher_is_better);

}  // namespace lerl
