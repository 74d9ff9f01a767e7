#pragma once
// How often a user has lately met items like a given one: the exposure of `cirs` (Gao et al., TOIS
// 42(1), 2023, arXiv 2204.01266).
//
//   S_t(i)     = 1/K sum_{l shown before turn t} exp(-(t - t_l) dist(i, i_l) / tau)            (1)
//   dist(i, j) = 1 / Jaccard(categories of i, categories of j)                                 (2)
//
//   t, t_l   turn now, and turn at which l was shown; a turn is a slate of K items, and K rows of a
//            log are one turn
//   dist     1 for the same item; infinite without a common category, so that there is no effect
//   tau      number of turns over which an exposure fades
// The paper has one item a turn. With 1/K, a turn that was wholly of the item's own categories
// counts exp(-n / tau) when it is n turns old, whatever K is.
//
// Difference from the paper: there is one clock. Its model counts seconds of the log and its
// planning counts turns, with two unrelated tau; here both count turns. Turns that are so old that
// even the same item counts less than .001 are left out.

#include <cstdint>
#include <span>

#include "lerl/data/dataset.h"

namespace lerl {

// dist of two items, equation (2): in [1, infinity].
double CategoryDistance(const Dataset& dataset, int32_t a, int32_t b);

// S of `item`, equation (1), at the turn after `before` [t K]: whole turns of `slate` = K items,
// oldest first. tau is in turns. The result lies in [0, 1 / (e^(1/tau) - 1)].
double Exposure(const Dataset& dataset, int32_t item, std::span<const int32_t> before, int slate,
                double tau);

}  // namespace lerl
