#pragma once
// Rankings of categories by score, as all planners build them.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/planner/planner.h"

namespace lerl {

// The categories with `candidates` [C] = 1 by falling `scores` [C], ties by the lower id; raw_first
// is taken over all categories. Origin kRule.
Plan RankByScores(std::span<const double> scores, std::span<const uint8_t> candidates);

// The candidates in the order of `order` (a permutation of all categories).
Plan RankByOrder(std::span<const int16_t> order, std::span<const uint8_t> candidates);

}  // namespace lerl
