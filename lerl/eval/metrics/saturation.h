#pragma once
// saturation: what fatigue takes from the logit of the items shown,
//   mean over steps and items of sum_c w_ic kappa_c f_c
// with the terms of sim/evolving/evolving_state.h before the step. 0 where nothing shown was shown before.
// For the evolving-interest task, whose log has the truth.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues Saturation(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
