#pragma once
// intra_list_diversity: mean over all slates of the mean over pairs of their items of 1 - cosine,
//   1 - (|sum_k v_k|^2 - sum_k |v_k|^2) / (K (K - 1)),   v the fixed item vectors, in [0, 2].
// The true mean over pairs: KuaiSim divides the similarity by the width as well, which leaves it a
// range of .016. A slate of one item has no pairs and counts as 0.
//
// session_diversity: the same over all pairs of items that a session showed, a mean over sessions
// with at least two. EasyRL4Rec's Diversity, with the fixed item vectors in place of a similarity
// that differs with the data set (Jaccard of categories, 1 / (1 + distance of matrix columns)), and
// without its 1 for sessions that have no pair.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues IntraListDiversity(const SessionLog& log, const MetricInput& input);
SessionValues SessionDiversity(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
