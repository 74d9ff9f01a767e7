#include "lerl/agents/exploration.h"

#include <algorithm>
#include <vector>

#include "lerl/agents/slate_selector.h"
#include "lerl/base/rng.h"

namespace lerl {

void ExploreSlots(const Dataset& dataset, const Observation& seen, int slate, double epsilon,
                  std::span<float> scores) {
  Rng rng(seen.seed, "slots explore", static_cast<uint64_t>(seen.step));
  int exploring = 0;
  for (int k = 0; k < slate; ++k) exploring += rng.Bernoulli(epsilon) ? 1 : 0;
  if (exploring == 0) return;
  std::vector<uint8_t> inside(scores.size());
  ItemsInPlan(dataset, seen.plan, inside);
  std::vector<size_t> allowed;
  for (size_t i = 0; i < scores.size(); ++i)
    if (inside[i] != 0 && (seen.excluded.empty() || seen.excluded[i] == 0)) allowed.push_back(i);
  const float above = *std::max_element(scores.begin(), scores.end()) + 1;
  for (int n = 0; n < exploring && static_cast<size_t>(n) < allowed.size(); ++n) {
    const auto at = static_cast<size_t>(n);
    std::swap(allowed[at], allowed[at + rng.Below(allowed.size() - at)]);
    scores[allowed[at]] = above + static_cast<float>(slate - n);
  }
}

}  // namespace lerl
