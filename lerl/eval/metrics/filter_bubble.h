#pragma once
// How much of what a user is shown is one kind of thing, and whether that grows.
//
//   filter_bubble         mean over sessions of max_c q_c, q_c the share of category c among the
//                         items shown (an item of n categories gives 1/n to each): the share of the
//                         user's dominant category. 1 where a session shows one category alone.
//   filter_bubble_growth  max_c q_c of the session's second half less that of its first half, of
//                         equally many steps each (the middle one of an odd number is left out):
//                         above 0 where the recommender narrows. Over sessions of two steps or
//                         more.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues FilterBubble(const SessionLog& log, const MetricInput& input);
SessionValues FilterBubbleGrowth(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
