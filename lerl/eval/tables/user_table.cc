#include "lerl/eval/tables/user_table.h"

#include <algorithm>
#include <cstdio>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/printable.h"
#include "lerl/eval/metrics/registry.h"

namespace lerl {
namespace {

// The metrics that some policy has per session, in registry order.
std::vector<std::string> SessionMetrics(const std::vector<Evaluation>& evaluations) {
  std::vector<std::string> names;
  for (const Metric& metric : Metrics()) {
    const auto has = [&](const Evaluation& evaluation) {
      const CrossedTable* table = evaluation.table(metric.name);
      return table != nullptr && table->of_sessions;
    };
    if (std::ranges::any_of(evaluations, has)) names.emplace_back(metric.name);
  }
  return names;
}

std::string Cell(const CrossedTable* table, size_t place) {
  if (table == nullptr || !table->of_sessions) return ",";
  char text[40];
  std::snprintf(text, sizeof text, ",%.9g", table->cells[place]);
  return text;
}

}  // namespace

std::string UserTable(const std::vector<Evaluation>& evaluations,
                      const std::vector<const Dataset*>& datasets) {
  LERL_CHECK_EQ(evaluations.size(), datasets.size());
  const std::vector<std::string> names = SessionMetrics(evaluations);
  std::string text = "policy,seed,user";
  for (const std::string& name : names) text += "," + name;
  text += "\n";
  for (size_t row = 0; row < evaluations.size(); ++row) {
    const Evaluation& evaluation = evaluations[row];
    const std::vector<int64_t>& seeds = evaluation.result.seeds;
    for (size_t s = 0; s < seeds.size(); ++s)
      for (size_t u = 0; u < evaluation.users.size(); ++u) {
        text += CsvField(evaluation.result.policy) + "," + std::to_string(seeds[s]) + "," +
                CsvField(datasets[row]->user_ids[At(evaluation.users[u])]);
        for (const std::string& name : names)
          text += Cell(evaluation.table(name), s * evaluation.users.size() + u);
        text += "\n";
      }
  }
  return text;
}

}  // namespace lerl
