#include "lerl/eval/metrics/plan_alignment.h"

#include <algorithm>

#include "lerl/base/index.h"
#include "lerl/base/math.h"

namespace lerl {
namespace {

// The planned categories of a cell as ranked; those that the ranking lacks come last, by id.
std::vector<size_t> PlannedInOrder(const SessionLog& log, size_t cell) {
  const auto categories = static_cast<size_t>(log.categories);
  const auto planned = std::span(log.plan).subspan(cell * categories, categories);
  std::vector<size_t> order;
  for (const int16_t c : std::span(log.ranking).subspan(cell * categories, categories))
    if (c >= 0 && planned[At(c)] != 0) order.push_back(At(c));
  for (size_t c = 0; c < categories; ++c)
    if (planned[c] != 0 && std::ranges::find(order, c) == order.end()) order.push_back(c);
  return order;
}

}  // namespace

SessionValues PlanAlignment(const SessionLog& log, const MetricInput&) {
  if (log.truth.empty()) return {};
  SessionValues values;
  const auto categories = static_cast<size_t>(log.categories);
  double all_planned = 0;
  for (int64_t s = 0; s < log.sessions; ++s) {
    double sum = 0, planned = 0;
    for (int64_t t = 0; t < log.length[At(s)]; ++t) {
      const size_t cell = log.Cell(s, t);
      const std::vector<size_t> plan = PlannedInOrder(log, cell);
      if (plan.empty() || plan.size() == categories) continue;
      sum += Ndcg(std::span(log.truth.worth).subspan(cell * categories, categories), plan);
      planned += 1;
    }
    values.numerator.push_back(sum);
    values.denominator.push_back(planned);
    all_planned += planned;
  }
  return all_planned > 0 ? values : SessionValues{};
}

}  // namespace lerl
