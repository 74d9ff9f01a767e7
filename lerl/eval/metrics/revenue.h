#pragma once
// revenue: mean over sessions of what their users pay, in the data's own unit, as it was drawn:
//
//   revenue = sum over the items shown of y_i price_i
//
//   y_i       1 where item i was given the main behaviour, which a shop's log has its purchase for
//   price_i   of item i (data/prices.h)
//
// It follows from prices and responses alone, so runs with different rewards (env.value_weight,
// env.reward_weights) compare by it. A data set without prices has no figure.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues Revenue(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
