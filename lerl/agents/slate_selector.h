#pragma once
// From item scores to a slate: the top K of the scores among the items that are inside the plan and
// not excluded.
//
// Masking is by minus infinity: an item outside the plan is never shown, however low the scores
// inside are. With a product by 0, as in LERL's public code, it would win against every negative
// score (docs/papers.md#public-code-of-lerl); with planner.published_mask ApplyProductMask does so:
//
//   score'(i) = score(i) [i is inside the plan]
//
// Scores must be finite. Nothing compares with a score that is no number, so that the lowest ids
// would be shown. Whoever plays calls RequireFiniteScores once for a batch.

#include <cstdint>
#include <span>
#include <string>

#include "lerl/agents/agent.h"
#include "lerl/data/dataset.h"

namespace lerl {

// Whether a plan holds all categories, and so also the items without any.
bool IsWhole(std::span<const uint8_t> plan);
// Whether an item carries at least one category of a plan.
bool HasCategoryOf(const Dataset& dataset, std::span<const uint8_t> plan, int32_t item);

// Marks in `inside` [I] with 1 the items that carry at least one category of `plan` [C], the others
// with 0. A plan of all categories also holds the items without any.
void ItemsInPlan(const Dataset& dataset, std::span<const uint8_t> plan, std::span<uint8_t> inside);

// Throws Error(kUnusable), naming the agent, user, step and item, unless all `scores` [n, I] of the
// n observations are finite.
void RequireFiniteScores(const std::string& agent, std::span<const Observation> observations,
                         std::span<const float> scores);
// Likewise unless all `actions` [n, A] are finite.
void RequireFiniteActions(const std::string& agent, std::span<const Observation> observations,
                          std::span<const float> actions);

// Sets the scores [I] of the items outside the plan, where `inside` [I] is 0, to 0, and marks all
// items as inside.
void ApplyProductMask(std::span<float> scores, std::span<uint8_t> inside);

// Writes the K best of `scores` [I] where `inside` [I] is 1 and `excluded` [I] is 0, best first,
// ties by the lower id. Throws CheckFailure when fewer than K items are left, because plans are
// widened before, and when one of the K has a score that is not finite.
void SelectSlate(std::span<const float> scores, std::span<const uint8_t> inside,
                 std::span<const uint8_t> excluded, std::span<int32_t> slate);

}  // namespace lerl
