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

// The inverse of Sigmoid, for p in (0, 1).
template <typename T>
T LogOdds(T p) {
  return std::log(p / (1 - p));
}

// What a gain at a place of a ranking counts in the discounted cumulative gain (Jarvelin and
// Kekalainen, TOIS 2002). The first place is 0.
inline double RankDiscount(int64_t place) { return 1 / std::log2(static_cast<double>(place) + 2); }

// Normalised discounted cumulative gain (Jarvelin and Kekalainen, TOIS 2002):
//
//   NDCG   = DCG / (DCG of the best ranking of the same length)
//   DCG    = sum_j gain(ranking_j) RankDiscount(j),   j = 0, 1, ...
//   gain_c = worth_c - min_c' worth_c'
//
// Returns NDCG, in [0, 1]; it is 1 where all categories are worth the same. worth [C]; `ranking`
// holds at most C categories, best first.
double Ndcg(std::span<const float> worth, std::span<const size_t> ranking);

}  // namespace lerl
