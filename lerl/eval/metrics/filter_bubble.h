#pragma once
// How much of what a user is shown is one kind of thing, and whether that share grows.
//
//   filter_bubble        = mean over sessions of  max_c q_c(1, T)
//   filter_bubble_growth = mean over sessions of  max_c q_c(T - h + 1, T) - max_c q_c(1, h)
//
//   T          steps of the session
//   h          T / 2 rounded down; the middle one of an odd number of steps is left out
//   q_c(a, b)  share of category c among the items shown at steps a to b; an item of n categories
//              gives 1/n to each
//
// filter_bubble is the share of the user's dominant category: 1 where a session shows one category
// alone. filter_bubble_growth is above 0 where the recommender narrows; sessions of one step have
// no halves and do not count.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues FilterBubble(const SessionLog& log, const MetricInput& input);
SessionValues FilterBubbleGrowth(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
