#pragma once
// Products of small matrices, in tiles that stay in registers. An element of the result depends on
// its row of `a` and its column of `b` alone, bit for bit: not on how many rows there are, nor on
// where they stand. (A general BLAS does not promise that.) Sums run over the inner index in
// ascending order.

#include <cstdint>

namespace lerl {

// Element (r, i) stands at data[r * row + i * inner], so a matrix can be read transposed.
struct Strided {
  const float* data;
  int64_t row;
  int64_t inner = 1;
};

// c [m, n] = bias [n] + a [m, k] b [k, n]; a null bias is 0; with `add` the product is added to c.
// n is a multiple of kLanes; rows of b and c lie b_stride and c_stride floats apart.
void TileMatmul(int64_t m, int64_t k, int64_t n, Strided a, const float* b, int64_t b_stride,
                const float* bias, float* c, int64_t c_stride, bool add = false);

}  // namespace lerl
