#pragma once
// How often a user has lately met an item's like: the exposure of `cirs` (Gao et al., TOIS 42(1),
// 2023, arXiv 2204.01266).
//
//   S_t(i)   = 1/K sum_{l shown before turn t} exp(-(t - t_l) dist(i, i_l) / tau)
//   dist     = 1 / Jaccard(categories of i, categories of i_l); infinite without a common category,
//              which has no effect; 1 for the same item
// A turn is a slate of K items; the rows of a log are K to a turn. The paper has one item a turn;
// with 1/K a whole turn of the item's own categories counts exp(-(t - t_l) / tau), whatever K is.
//
// Difference: one clock. The paper's model counts seconds of the log, its planning turns, with two
// unrelated tau; here both count turns. What counts less than .001 is left out.

#include <cstdint>
#include <span>

#include "lerl/data/dataset.h"

namespace lerl {

// 1 / Jaccard of two items' categories; infinity without a common one.
double CategoryDistance(const Dataset& dataset, int32_t a, int32_t b);

// S of `item` at the turn after `before` [t K], whole turns of `slate` = K items, oldest first; tau
// in turns. In [0, 1 / (e^(1/tau) - 1)].
double Exposure(const Dataset& dataset, int32_t item, std::span<const int32_t> before, int slate,
                double tau);

}  // namespace lerl
