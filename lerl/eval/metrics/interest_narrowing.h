#pragma once
// interest_narrowing: does the recommender narrow what its users like? Mean over sessions of
//   H(interests before the first slate) - H(interests before the last slate)
// in bits, H the entropy of softmax(theta) over categories (sim/evolving/evolving_state.h). Above 0: the
// session narrowed them. Long sessions can move interests further than short ones.
// For the evolving-interest task, whose log has the truth.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues InterestNarrowing(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
