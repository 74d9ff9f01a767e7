#pragma once
// coverage: share of the items that can be shown which at least one session showed. Sessions of one
// seed are joined; the figures of several seeds are averaged, so that it doesn't grow with them.
//
// coverage_per_shown: distinct items over items shown, repeats counted: how much of what could have
// been different was. EasyRL4Rec's CV and CV_turn (there over the last session of each of its
// environments).

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues Coverage(const SessionLog& log, const MetricInput& input);
SessionValues CoveragePerShown(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
