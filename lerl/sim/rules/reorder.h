#pragma once
// `reorder`: a post-processing of any policy under the rule `lerl_slots`. The chosen items are
// placed into slots so that as few slots as possible carry the category of the same slot of the
// previous slate: a maximum bipartite matching between slots and items (Kuhn's augmenting paths).
// The items shown stay the same; slots are served in order and prefer the items of higher rank.

#include <cstdint>
#include <span>

namespace lerl {

// `previous` [K] and `slate` [K] are items, `category_of` [I] one category per item (-1: none,
// which coincides with another none). Re-orders `slate` in place.
void ReorderSlate(std::span<const int32_t> previous, std::span<const int32_t> category_of,
                  std::span<int32_t> slate);

}  // namespace lerl
