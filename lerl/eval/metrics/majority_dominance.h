#pragma once
// majority_dominance: share of the items shown that carry at least one majority category.
//
// The majority categories are the most liked ones of the training rows: as many as together have at
// most 80% of the likes, and at least one. A liked row is one like for each category of its item.
// Of two categories with equally many likes the one with the lower id comes first.
//
// The figure is DORL's MCD (arXiv 2307.04571) and EasyRL4Rec's ifeat_feat (arXiv 2402.15164), but
// counts likes of the training rows alone, where theirs count those of the users who are evaluated.
// EasyRL4Rec's ifeat_x of another item feature x is this figure on a data set whose category column
// is x. There is no figure without a liked row or a category.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues MajorityDominance(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
