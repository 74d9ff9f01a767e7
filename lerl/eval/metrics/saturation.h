#pragma once
// saturation: what fatigue takes from the logit of the items shown, in log odds.
//
//   mean over all steps and their items of sum_c w_ic kappa_c f_c
//
//   w_ic     share of category c in item i
//   kappa_c  how strongly the user tires of category c
//   f_c      fatigue before the step (sim/evolving/evolving_state.h)
//
// An item adds 0 where none of its categories was shown before. Only the evolving-interest task has
// a figure: its log holds the truth.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues Saturation(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
