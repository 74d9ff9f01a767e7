#pragma once
// Two measures of how much two rankings of categories agree. Both lie in [0, 1]; equal rankings
// have 1.

#include <cstdint>
#include <span>

namespace lerl {

// Share of the first m of `a` that are among the first m of `b`, m being n or, if that is less, the
// length of the shorter ranking. 1 where a ranking is empty.
double TopOverlap(std::span<const int16_t> a, std::span<const int16_t> b, int64_t n);

// NDCG of `ranking` at n (Jarvelin and Kekalainen 2002), places counted from 0:
//
//   DCG  = sum_{p < n} rel(ranking_p) / log2(p + 2)
//   NDCG = DCG(ranking) / DCG(reference)
//
//   rel(c)   1 / (1 + place of c in `reference`); 0 if it is not there
//
// 1 where the reference is empty.
double RankingNdcg(std::span<const int16_t> ranking, std::span<const int16_t> reference, int64_t n);

}  // namespace lerl
