#pragma once
// novelty: mean over sessions of the mean over the items shown of s_i, in bits: how surprised one
// would be to meet a user who likes the item.
//
//   s_i = - log2 p_i
//   p_i = (1 + number of users who liked item i in the training rows) / (1 + number of users)
//
// EasyRL4Rec's Novelty differs in two ways: an item that nobody liked counts as popular as the
// least liked one, and the logarithm is natural.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues Novelty(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
