#pragma once
// How all planners build their rankings: by scores, or by an order of all categories. Both fill
// Plan::raw_first with the first three of all categories.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/planner/planner.h"

namespace lerl {

// Throws Error(kUnusable): the planner of this name diverged, and `what` of it is not finite.
[[noreturn]] void FailPlanner(const std::string& planner, const std::string& what);

// Throws Error(kUnusable), naming planner and category, for a score [C] that is no number, and for
// one of a category with `candidates` [C] = 1 that is not finite.
void RequireFiniteRanking(const std::string& planner, std::span<const double> scores,
                          std::span<const uint8_t> candidates);

// Ranks categories with `candidates` [C] = 1 by falling `scores` [C], ties by falling `ties` [C]
// where these are given, and then by the lower id. The origin is kRule. Scores and ties are looked
// at by RequireFiniteRanking, for the planner of this name.
Plan RankByScores(const std::string& planner, std::span<const double> scores,
                  std::span<const uint8_t> candidates, std::span<const double> ties = {});

// Ranks the candidates as they follow each other in `order`, a permutation of all categories. The
// origin is kRule.
Plan RankByOrder(std::span<const int16_t> order, std::span<const uint8_t> candidates);

}  // namespace lerl
