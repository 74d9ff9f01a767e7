#pragma once
// category_repeats: share of the steps whose slate has a dominant category in common with the slate
// before it, which is what the leave rule `lerl` charges for (sim/rules/leave_rules.h). The first
// step of a session or visit has no slate before it and does not count. Where several categories
// tie for most items of a slate, all of them are dominant.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues CategoryRepeats(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
