#pragma once
// Normalised discounted cumulative gain (Jarvelin and Kekalainen, TOIS 2002).

#include <span>

namespace lerl {

// sum_j gain(ranking_j) / log2(j + 2) over that of the best ranking of the same length, where a
// category's gain is what it is worth beyond the least: in [0, 1]; 1 where all are worth the same.
double Ndcg(std::span<const float> worth, std::span<const size_t> ranking);

}  // namespace lerl
