#pragma once
// RowMatmul: y = x W + b for small matrices, where each row of y depends on that row of x alone,
// bit for bit: not on how many rows there are, nor on where the row stands. (A general BLAS does
// not promise that.) Sums run over the inner index in ascending order.

#include <cstdint>
#include <span>
#include <vector>

namespace lerl {

class RowMatmul {
 public:
  RowMatmul() = default;
  // weight [n, k] and bias [n] as a linear layer has them; an empty bias is 0.
  RowMatmul(int64_t n, int64_t k, std::span<const float> weight, std::span<const float> bias);

  // x [rows, >= k] and y [rows, >= padded n] with the given row strides. Columns of y from n up to
  // RoundToLanes(n) become 0. With `add`, y += x W + b.
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
