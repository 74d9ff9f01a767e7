#pragma once
// Small formulas that more than one folder needs.

#include <cmath>
#include <cstdint>
#include <span>

namespace lerl {

template <typename T>
T Sigmoid(T x) {
  return T{1} / (T{1} + std::exp(-x));
}

// The inverse of Sigmoid. p in (0, 1).
template <typename T>
T LogOdds(T p) {
  return std::log(p / (1 - p));
}

// What a gain at a place of a ranking counts in the discounted cumulative gain (Jarvelin and
// Kekalainen, TOIS 2002). The first place is 0.
inline double RankDiscount(int64_t place) { return 1 / std::log2(static_cast<double>(place) + 2); }

// Normalised discounted cumulative gain (Jarvelin and Kekalainen, TOIS 2002),
//
//   sum_j gain(ranking_j) RankDiscount(j)
//
// over that of the best ranking of the same length. A category's gain is what it is worth beyond
// the least worth. In [0, 1]; 1 where all are worth the same.
double Ndcg(std::span<const float> worth, std::span<const size_t> ranking);

}  // namespace lerl
