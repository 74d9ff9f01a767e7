#pragma once
// category_repeats: share of steps after the first (of a session or visit) whose slate has a
// dominant category in common with the slate before (what the leave rule `lerl` charges for). All
// tied categories are dominant.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues CategoryRepeats(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
