#pragma once
// interest_narrowing: how fast does the recommender narrow what its users like?
//
//   100 sum over sessions of H(theta_1) - H(theta_T)  /  sum over sessions of T - 1
//
//   theta_t   the user's interests before slate t, one per category
//             (sim/evolving/evolving_state.h)
//   H(theta)  entropy of softmax(theta) over the categories, bits
//   T         steps of the session; between its first and its last slate lie T - 1 moves
//
// A figure above 0 means that slates narrow interests. It is a rate, in bits per 100 steps, since
// one step moves little: a session of twice the length in which interests narrow as fast has the
// same figure, though they end up twice as far. Sessions of one step say nothing, and there is no
// figure where all are. Only the evolving-interest task has one: its log holds the truth.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues InterestNarrowing(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
