#pragma once
// RowMatmul: y = x W^T + b for small matrices. Each row of y depends, bit for bit, on that row of x
// alone: neither on how many rows there are nor on where the row stands, which a general BLAS does
// not promise. Sums run over the inner index in ascending order.

#include <cstdint>
#include <span>
#include <vector>

namespace lerl {

class RowMatmul {
 public:
  RowMatmul() = default;
  // W [n, k] and b [n] as a linear layer has them; an empty bias is 0.
  RowMatmul(int64_t n, int64_t k, std::span<const float> weight, std::span<const float> bias);

  // x [rows, k] and y [rows, n]; their rows lie x_stride and y_stride floats apart. y must have
  // room for RoundToLanes(n) columns; those from n on get the result 0. With `add`, the result is
  // added to y.
  void Apply(int64_t rows, const float* x, int64_t x_stride, float* y, int64_t y_stride,
             bool add = false) const;

  int64_t n() const { return n_; }
  int64_t k() const { return k_; }

 private:
  int64_t n_ = 0, k_ = 0, padded_ = 0;
  std::vector<float> weight_;  // [k, padded n]
  std::vector<float> bias_;    // [padded n]
};

}  // namespace lerl
