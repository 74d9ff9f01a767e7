#pragma once
// Epsilon-greedy exploration on slates, for agents that score items.

#include <span>

#include "lerl/agents/agent.h"
#include "lerl/data/dataset.h"

namespace lerl {

// Each of the K slots explores with probability `epsilon`: as many random items of the mask (in the
// plan, not excluded) are lifted above all others in `scores` [I]. Draws follow from the
// observation's seed and step alone.
void ExploreSlots(const Dataset& dataset, const Observation& seen, int slate, double epsilon,
                  std::span<float> scores);

}  // namespace lerl
