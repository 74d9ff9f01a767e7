#pragma once
// Scrambled Halton points: a sequence that fills the unit cube evenly, for searches over settings.
//
//   x_n,d = sum_j pi_d(digit_j of n in base p_d) p_d^-j-1        p_d the d-th prime
// pi_d is a random permutation of the digits that keeps 0, so that the infinitely many leading
// zeros of n stay zeros, and high bases don't begin with a diagonal. Each point follows from (seed,
// n, d) alone.
//
// References: Halton 1960, doi 10.1007/BF01386213; as a sampler of hyper-parameters, better than
// independent draws: Bousquet et al. 2017, arXiv 1706.03200.

#include <cstdint>

namespace lerl {

inline constexpr int kHaltonDimensions = 24;

// In [0, 1). n >= 0 (point 0 is the origin), 0 <= dimension < kHaltonDimensions.
double ScrambledHalton(uint64_t seed, int64_t n, int dimension);

}  // namespace lerl
