#pragma once
// Normalised discounted cumulative gain (Jarvelin and Kekalainen, TOIS 2002):
//
//   NDCG   = DCG / (DCG of the best ranking of the same length)
//   DCG    = sum_j gain(ranking_j) / log2(j + 2),   j = 0, 1, ...
//   gain_c = worth_c - min_c' worth_c'

#include <span>

namespace lerl {

// Returns NDCG, in [0, 1]; it is 1 where all categories are worth the same. worth [C]; `ranking`
// holds at most C categories, best first.
double Ndcg(std::span<const float> worth, std::span<const size_t> ranking);

}  // namespace lerl
