#pragma once
// The name of a metric as papers set it: T_int with an index, category_entropy in words.

#include <string>
#include <string_view>

namespace lerl {

// For enhanced text of gnuplot: "T_{int}", "category entropy". What is no letter, figure or blank
// is left out, so that nothing of it is markup.
std::string GnuplotMetric(std::string_view name);

// For LaTeX: "$T_{\mathrm{int}}$", "category entropy"; left out is the same.
std::string LatexMetric(std::string_view name);

// With how many decimals its figures are shown.
int MetricDecimals(std::string_view name);

}  // namespace lerl
