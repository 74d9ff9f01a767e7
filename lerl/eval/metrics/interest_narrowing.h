#pragma once
// interest_narrowing: does the recommender narrow what its users like?
//
//   mean over sessions of H(theta before the first slate) - H(theta before the last slate)
//
//   theta     the user's interests, one per category (sim/evolving/evolving_state.h)
//   H(theta)  entropy of softmax(theta) over the categories, bits
//
// A figure above 0 means that sessions narrow interests. A long session can move them further than
// a short one. Only the evolving-interest task has a figure: its log holds the truth.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues InterestNarrowing(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
