#pragma once
// Exploration on slates, for agents that score items. Draws depend on an observation's seed and
// step alone.

#include <cstddef>
#include <span>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/data/dataset.h"

namespace lerl {

// The mask: the items that may be shown, which are in the plan and not excluded. Ascending.
std::vector<int32_t> ItemsToShow(const Dataset& dataset, const Observation& seen);

// Each of the K slots explores with probability `epsilon`. As many random items of the mask as
// slots explore are lifted above all others in `scores` [I].
void ExploreSlots(const Dataset& dataset, const Observation& seen, int slate, double epsilon,
                  std::span<float> scores);
// The same with random items of `from` in place of the mask.
void ExploreSlotsFrom(std::vector<int32_t> from, const Observation& seen, int slate, double epsilon,
                      std::span<float> scores);

// Adds Gumbel noise to the scores [n, I] of n observations: the top K are then K draws without
// replacement from softmax(scores) (Kool et al. 2019, arXiv 1903.06059).
void AddGumbelNoise(std::span<const Observation> observations, std::span<float> scores);

}  // namespace lerl
