#include "lerl/planner/wishes/wish_reader.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"

namespace lerl {

void AddEvidence(std::span<const double> nearness, double scale, bool refuses, WishScores& scores) {
  LERL_CHECK_EQ(nearness.size(), scores.size());
  const double best = *std::ranges::max_element(nearness);
  double sum = 0;
  for (const double near : nearness) sum += std::exp((near - best) / scale);
  for (size_t c = 0; c < scores.size(); ++c) {
    const double evidence = std::exp((nearness[c] - best) / scale) / sum;
    scores[c] = std::clamp(scores[c] + (refuses ? -evidence : evidence), -1.0, 1.0);
  }
}

}  // namespace lerl
