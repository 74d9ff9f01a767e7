#pragma once
// The metrics, in the order in which tables show them.

#include <span>
#include <string_view>

#include "lerl/eval/metric.h"

namespace lerl {

std::span<const Metric> Metrics();

// Throws Error(kConfig) that names the nearest metric.
const Metric& FindMetric(std::string_view name);

}  // namespace lerl
