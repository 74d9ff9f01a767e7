#include "lerl/planner/wishes/wish_reader.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"

namespace lerl {

void AddEvidence(std::span<const double> nearness, double scale, bool refuses, WishScores& scores) {
  LERL_CHECK_EQ(nearness.size(), scores.size());
  const double best = *std::ranges::max_element(nearness);
  std::vector<double> chances;
  double sum = 0;
  for (const double near : nearness) sum += chances.emplace_back(std::exp((near - best) / scale));
  for (double& chance : chances) chance /= sum;
  AddChances(chances, refuses, scores);
}

void AddChances(std::span<const double> chances, bool refuses, WishScores& scores) {
  LERL_CHECK_EQ(chances.size(), scores.size());
  for (size_t c = 0; c < scores.size(); ++c)
    scores[c] = std::clamp(scores[c] + (refuses ? -chances[c] : chances[c]), -1.0, 1.0);
}

}  // namespace lerl
