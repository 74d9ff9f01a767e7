#pragma once
// The metrics, in the order in which tables show them.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/eval/metrics/metric.h"

namespace lerl {

std::span<const Metric> Metrics();
std::vector<std::string> MetricNames();

// Throws Error(kConfig) that names the nearest metric.
const Metric& FindMetric(std::string_view name);

// The metrics that a table shows beside T_int, R_cum and R_sin: those named or, without names,
// those with a column of their own. Throws Error(kConfig) on an unknown name.
std::vector<const Metric*> TableMetrics(const std::vector<std::string>& names);

}  // namespace lerl
