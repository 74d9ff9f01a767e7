#include "lerl/agents/learning/exploration.h"

#include <algorithm>
#include <cmath>

#include "lerl/agents/slate_selector.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

// Draws how many slots explore. `rng` goes on to draw what they show.
int CountExploring(Rng& rng, int slate, double epsilon) {
  int exploring = 0;
  for (int k = 0; k < slate; ++k) exploring += rng.Bernoulli(epsilon) ? 1 : 0;
  return exploring;
}

Rng SlotsStream(const Observation& seen) {
  return Rng(seen.seed, "slots explore", static_cast<uint64_t>(seen.step));
}

// Lifts `count` random items of `from` above all others.
void Lift(Rng& rng, std::vector<int32_t> from, int count, std::span<float> scores) {
  const float above = *std::max_element(scores.begin(), scores.end()) + 1;
  for (size_t at = 0; at < At(count) && at < from.size(); ++at) {
    std::swap(from[at], from[at + rng.Below(from.size() - at)]);
    scores[At(from[at])] = above + static_cast<float>(At(count) - at);
  }
}

}  // namespace

std::vector<int32_t> ItemsToShow(const Dataset& dataset, const Observation& seen) {
  std::vector<uint8_t> inside(At(dataset.num_items()));
  ItemsInPlan(dataset, seen.plan, inside);
  std::vector<int32_t> items;
  for (size_t i = 0; i < inside.size(); ++i)
    if (inside[i] != 0 && (seen.excluded.empty() || seen.excluded[i] == 0))
      items.push_back(static_cast<int32_t>(i));
  return items;
}

void ExploreSlots(const Dataset& dataset, const Observation& seen, int slate, double epsilon,
                  std::span<float> scores) {
  Rng rng = SlotsStream(seen);
  const int exploring = CountExploring(rng, slate, epsilon);
  if (exploring > 0) Lift(rng, ItemsToShow(dataset, seen), exploring, scores);
}

void ExploreSlotsFrom(std::vector<int32_t> from, const Observation& seen, int slate, double epsilon,
                      std::span<float> scores) {
  Rng rng = SlotsStream(seen);
  const int exploring = CountExploring(rng, slate, epsilon);
  if (exploring > 0) Lift(rng, std::move(from), exploring, scores);
}

void AddGumbelNoise(std::span<const Observation> observations, std::span<float> scores) {
  const size_t items = observations.empty() ? 0 : scores.size() / observations.size();
  for (size_t n = 0; n < observations.size(); ++n) {
    Rng rng(observations[n].seed, "policy explores", static_cast<uint64_t>(observations[n].step));
    for (float& score : scores.subspan(n * items, items))
      score += static_cast<float>(-std::log(-std::log(std::max(rng.Uniform(), 1e-12))));
  }
}

}  // namespace lerl
