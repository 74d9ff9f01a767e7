#pragma once
// What sessions earn. R_cum and R_sin take expected rewards (probabilities in place of draws): they
// have the same mean as the drawn ones, and less variance.
//
//   R_cum       = mean over sessions of sum_t r_t
//   R_cum_drawn = the same with the drawn reward in place of r_t
//   R_sin       = sum over sessions of sum_t r_t / sum over sessions of T
//
//   r_t  expected reward of step t
//   T    steps of the session
//
// R_sin is a ratio of sums, not the mean of the sessions' ratios.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues SessionReturn(const SessionLog& log, const MetricInput& input);       // R_cum
SessionValues DrawnSessionReturn(const SessionLog& log, const MetricInput& input);  // R_cum_drawn
SessionValues StepReward(const SessionLog& log, const MetricInput& input);          // R_sin

}  // namespace lerl
