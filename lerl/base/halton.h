#pragma once
// Scrambled Halton points: a sequence that fills the unit cube evenly, for searches over settings.
// Coordinate d of point n is
//
//   x_n,d = sum_j pi_d(n_j) p_d^-(j+1)
//
//   p_d    the d-th prime
//   n_j    digit j of n in base p_d, from the lowest, j = 0, on
//   pi_d   a random permutation of the digits that keeps 0, so that the infinitely many leading
//          zeros of n stay zeros
//
// Without the permutation, the points of high bases would begin on a diagonal. A coordinate follows
// from (seed, n, d) alone.
//
// References: Halton 1960, doi 10.1007/BF01386213. Bousquet et al. 2017, arXiv 1706.03200, find it
// better than independent draws as a sampler of hyper-parameters.

#include <cstdint>

namespace lerl {

inline constexpr int kHaltonDimensions = 24;

// Returns x_n,d in [0, 1), for n >= 0 and 0 <= dimension < kHaltonDimensions. Point 0 is the
// origin.
double ScrambledHalton(uint64_t seed, int64_t n, int dimension);

}  // namespace lerl
