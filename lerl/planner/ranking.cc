#include "lerl/planner/ranking.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {

void FailPlanner(const std::string& planner, const std::string& what) {
  throw Error(ErrorKind::kUnusable, "planner '" + planner + "' diverged: " + what);
}

void RequireFiniteRanking(const std::string& planner, std::span<const double> scores,
                          std::span<const uint8_t> candidates) {
  for (size_t c = 0; c < scores.size(); ++c) {
    if (std::isfinite(scores[c]) || (candidates[c] == 0 && !std::isnan(scores[c]))) continue;
    FailPlanner(planner,
                "its score of category " + std::to_string(c) + " is " + std::to_string(scores[c]));
  }
}

Plan RankByScores(const std::string& planner, std::span<const double> scores,
                  std::span<const uint8_t> candidates, std::span<const double> ties) {
  LERL_CHECK_EQ(scores.size(), candidates.size());
  RequireFiniteRanking(planner, scores, candidates);
  RequireFiniteRanking(planner, ties, candidates);
  std::vector<int16_t> order(scores.size());
  std::iota(order.begin(), order.end(), int16_t{0});
  std::stable_sort(order.begin(), order.end(), [&](int16_t a, int16_t b) {
    if (scores[At(a)] != scores[At(b)] || ties.empty()) return scores[At(a)] > scores[At(b)];
    return ties[At(a)] > ties[At(b)];
  });
  Plan plan = RankByOrder(order, candidates);
  plan.scores.assign(scores.begin(), scores.end());
  return plan;
}

Plan RankByOrder(std::span<const int16_t> order, std::span<const uint8_t> candidates) {
  LERL_CHECK_EQ(order.size(), candidates.size());
  Plan plan;
  for (const int16_t category : order) {
    if (candidates[At(category)] != 0) plan.ranking.push_back(category);
  }
  const size_t first = std::min<size_t>(3, order.size());
  plan.raw_first.assign(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(first));
  return plan;
}

}  // namespace lerl
