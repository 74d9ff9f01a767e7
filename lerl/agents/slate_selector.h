#pragma once
// From item scores to a slate: the top K of the scores among the items that are inside the plan and
// not excluded. Masking is by minus infinity: an item outside the plan is never shown, however low
// the scores inside are (a product with 0, as in LERL's public code, lets it win against every
// negative score; papers.md, section 0).

#include <cstdint>
#include <span>

#include "lerl/data/dataset.h"

namespace lerl {

// Marks the items [I] that carry at least one category of `plan` [C] (1 = inside). A plan of all
// categories also holds the items without any.
void ItemsInPlan(const Dataset& dataset, std::span<const uint8_t> plan, std::span<uint8_t> inside);

// The K best of `scores` [I] where `inside` [I] is 1 and `excluded` [I] is 0, best first, ties by
// the lower id. Throws CheckFailure when fewer than K items are left: plans are widened
// before.
void SelectSlate(std::span<const float> scores, std::span<const uint8_t> inside,
                 std::span<const uint8_t> excluded, std::span<int32_t> slate);

}  // namespace lerl
