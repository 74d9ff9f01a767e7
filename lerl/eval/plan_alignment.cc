#include "lerl/eval/plan_alignment.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace lerl {
namespace {

// The planned categories of a cell as ranked; those that the ranking lacks at its end.
std::vector<size_t> PlannedInOrder(const SessionLog& log, size_t cell) {
  const auto categories = static_cast<size_t>(log.categories);
  const auto planned = std::span(log.plan).subspan(cell * categories, categories);
  std::vector<size_t> order;
  for (const int16_t c : std::span(log.ranking).subspan(cell * categories, categories))
    if (c >= 0 && planned[static_cast<size_t>(c)] != 0) order.push_back(static_cast<size_t>(c));
  for (size_t c = 0; c < categories; ++c)
    if (planned[c] != 0 && std::ranges::find(order, c) == order.end()) order.push_back(c);
  return order;
}

double Ndcg(std::span<const float> worth, std::span<const size_t> plan) {
  std::vector<double> best(worth.begin(), worth.end());
  std::ranges::sort(best, std::greater());
  const double most = best.front(), least = best.back();
  if (most == least) return 1;
  double gained = 0, ideal = 0;
  for (size_t j = 0; j < plan.size(); ++j) {
    const double discount = 1 / std::log2(static_cast<double>(j) + 2);
    gained += discount * (static_cast<double>(worth[plan[j]]) - least);
    ideal += discount * (best[j] - least);
  }
  return gained / ideal;
}

}  // namespace

SessionValues PlanAlignment(const SessionLog& log, const MetricInput&) {
  if (log.truth.empty()) return {};
  SessionValues values;
  const auto categories = static_cast<size_t>(log.categories);
  double all_planned = 0;
  for (int64_t s = 0; s < log.sessions; ++s) {
    double sum = 0, planned = 0;
    for (int64_t t = 0; t < log.length[static_cast<size_t>(s)]; ++t) {
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
