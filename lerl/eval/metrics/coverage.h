#pragma once
// How many different items are shown to anybody. The sessions of one seed are joined, and the
// figures of several seeds are averaged, so that a figure does not grow with the number of seeds.
//
//   coverage           = D / I
//   coverage_per_shown = D / N
//
//   D  distinct items that at least one session showed
//   I  items that can be shown in this task
//   N  items shown, each as often as it was shown
//
// coverage_per_shown says how much of what could have been different was different. The two are
// EasyRL4Rec's CV and CV_turn, which it takes over the last session of each of its environments.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues Coverage(const SessionLog& log, const MetricInput& input);
SessionValues CoveragePerShown(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
