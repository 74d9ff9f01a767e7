#pragma once
// How much two rankings of categories agree, each in [0, 1], 1 for the same.

#include <cstdint>
#include <span>

namespace lerl {

// Share of the first n of `a` that are among the first n of `b`; of the shorter one's length where
// one has fewer than n. 1 where one is empty.
double TopOverlap(std::span<const int16_t> a, std::span<const int16_t> b, int64_t n);

// NDCG of `ranking` at n where the relevance of a category is 1 / (1 + its place in `reference`),
// 0 if it is not there; discount 1 / log2(place + 2) (Jarvelin and Kekalainen 2002). 1 where the
// reference is empty.
double RankingNdcg(std::span<const int16_t> ranking, std::span<const int16_t> reference, int64_t n);

}  // namespace lerl
