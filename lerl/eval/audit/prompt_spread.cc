#include "lerl/eval/audit/prompt_spread.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/index.h"

namespace lerl {
namespace {

double DeviationOf(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  if (values.size() < 2) return 0;
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / (count - 1));
}

}  // namespace

double PromptSpread::lowest() const { return *std::ranges::min_element(means); }
double PromptSpread::highest() const { return *std::ranges::max_element(means); }

std::vector<PromptSpread> PromptSpreads(const std::vector<AuditRow>& rows) {
  std::vector<PromptSpread> spreads;
  PromptSpread templates{.over = "templates"};
  for (const AuditRow& row : rows) {
    const CrossedTable& table = TableOf(row, "NDCG@5");
    if (row.permuted)
      spreads.push_back({.planner = row.planner,
                         .state = row.state,
                         .over = "label permutations",
                         .means = SeedMeans(table)});
    const bool other = row.state.starts_with(kTemplateState);
    if (row.planner != "llm" || (!row.state.empty() && !other)) continue;
    templates.planner = row.planner;
    templates.means.push_back(table.estimate);
  }
  if (templates.means.size() > 1) spreads.push_back(templates);
  for (PromptSpread& spread : spreads) spread.sd = DeviationOf(spread.means);
  return spreads;
}

}  // namespace lerl
