#pragma once
// Products of small matrices, in tiles that stay in registers. An element of the result depends,
// bit for bit, on its row of `a` and its column of `b` alone: neither on how many rows there are
// nor on where they stand, which a general BLAS does not promise. Sums run over the inner index in
// ascending order.

#include <cstdint>

namespace lerl {

// A matrix whose element (r, i) stands at data[r * row + i * inner], so that it can be read
// transposed.
struct Strided {
  const float* data;
  int64_t row;
  int64_t inner = 1;
};

// Computes c [m, n] = bias [n] + a [m, k] b [k, n], or with `add` adds that to c. A null bias is 0.
// n must be a multiple of kLanes. Rows of b and c lie b_stride and c_stride floats apart.
void TileMatmul(int64_t m, int64_t k, int64_t n, Strided a, const float* b, int64_t b_stride,
                const float* bias, float* c, int64_t c_stride, bool add = false);

}  // namespace lerl
