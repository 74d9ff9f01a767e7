#pragma once
// majority_dominance: share of the items shown that carry one of the majority categories: the most
// liked ones of the training rows whose shares of the likes add up to at most 80%, at least one.
// (A liked row is one like for each category of its item; on a tie the lower id comes first.)
//
// MCD of DORL (arXiv 2307.04571), ifeat_feat of EasyRL4Rec (arXiv 2402.15164). Difference: likes of
// the training rows alone, where theirs count those of the users that are evaluated. Their ifeat_x
// of another item feature x is this figure on a data set whose category column is x.
// Without a liked row or a category there is no figure.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues MajorityDominance(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
