#pragma once
// coverage: share of the data set's items that at least one session showed. Sessions of one seed
// are joined; the figures of several seeds are averaged, so that it doesn't grow with their number.

#include "lerl/eval/metric.h"

namespace lerl {

SessionValues Coverage(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
