#pragma once
// Returns of sessions: R_cum = mean over sessions of the sum of step rewards; R_sin = sum of all
// rewards / sum of all steps (not the mean of ratios, and not R_cum / T_int of rounded figures).
//
// Rewards are expected ones (probabilities in place of draws), which have less variance; the drawn
// ones stand beside them as R_cum_drawn.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues SessionReturn(const SessionLog& log, const MetricInput& input);
SessionValues DrawnSessionReturn(const SessionLog& log, const MetricInput& input);
SessionValues StepReward(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
