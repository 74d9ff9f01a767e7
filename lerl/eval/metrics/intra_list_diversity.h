#pragma once
// How different the items are that are shown together.
//
//   intra_list_diversity = mean over all slates of D(slate)
//   session_diversity    = mean over sessions of D(all items that the session showed)
//
//   D   = mean over pairs of items of 1 - cosine
//       = 1 - (|sum_k v_k|^2 - sum_k |v_k|^2) / (K (K - 1))        in [0, 2]
//   v_k   fixed unit vector of the k-th of K items
//
// A single item has no pair: as a slate it counts as 0, as a session it does not count.
//
// Differences: KuaiSim's intra-list diversity divides the similarity by the width as well, which
// leaves it a range of .016. EasyRL4Rec's Diversity, which session_diversity follows, has another
// similarity for each data set (Jaccard of categories, 1 / (1 + distance of matrix columns)) and
// counts a session without a pair as 1.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues IntraListDiversity(const SessionLog& log, const MetricInput& input);
SessionValues SessionDiversity(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
