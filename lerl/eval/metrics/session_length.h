#pragma once
// T_int: mean number of steps until the user leaves (LERL, arXiv 2601.19585, section 5).

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues SessionLength(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
