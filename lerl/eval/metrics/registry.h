#pragma once
// The registry of metrics, in the order in which tables show them.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/eval/metrics/metric.h"

namespace lerl {

std::span<const Metric> Metrics();
std::vector<std::string> MetricNames();

// The metric of that name. Throws Error(kConfig), which names the nearest one, where there is none.
const Metric& FindMetric(std::string_view name);

// The metrics that a table shows beside T_int, R_cum and R_sin: those in `names` or, where `names`
// is empty, those that have a column. Throws Error(kConfig) on an unknown name.
std::vector<const Metric*> TableMetrics(const std::vector<std::string>& names);

}  // namespace lerl
