#pragma once
// `reorder`: a post-processing of any policy under the leave rule `lerl_slots`. It shows the same
// items in another order, such that as few positions as possible have the category that the same
// position had in the previous slate:
//
//   minimise over orders s of the slate   sum_k [ c(s_k) = c(previous_k) ]
//
// That is a maximum bipartite matching between positions and items that differ in category, found
// by Kuhn's augmenting paths. An item keeps its position where it can; the other positions are
// served in order and prefer items of higher rank.

#include <cstdint>
#include <span>

namespace lerl {

// Re-orders the items of `slate` [K], which come best first, in place. `previous` [K] is the slate
// shown before it. `category_of` [I] holds one category per item; -1 stands for none, and two items
// with -1 are of the same category.
void ReorderSlate(std::span<const int32_t> previous, std::span<const int32_t> category_of,
                  std::span<int32_t> slate);

}  // namespace lerl
