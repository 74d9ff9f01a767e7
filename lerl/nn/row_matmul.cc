#include "lerl/nn/row_matmul.h"

#include "lerl/base/check.h"
#include "lerl/nn/simd.h"

namespace lerl {
namespace {

// A tile of Rows x Columns * kLanes outputs, held in registers. All sizes of tile do the same
// sequence of operations for an output, which is what makes rows independent.
template <int Rows, int Columns>
LERL_INLINE void Tile(int64_t k, const float* x, int64_t x_stride, const float* w, int64_t w_stride,
                      const float* bias, float* y, int64_t y_stride, bool add) {
  Lanes sums[Rows][Columns];
  for (int c = 0; c < Columns; ++c) {
    const Lanes b = LoadLanes(bias + c * kLanes);
    for (int r = 0; r < Rows; ++r) sums[r][c] = b;
  }
  for (int64_t i = 0; i < k; ++i) {
    Lanes weights[Columns];
    for (int c = 0; c < Columns; ++c) weights[c] = LoadLanes(w + i * w_stride + c * kLanes);
    for (int r = 0; r < Rows; ++r) {
      const float value = x[r * x_stride + i];
      for (int c = 0; c < Columns; ++c) sums[r][c] += weights[c] * value;
    }
  }
  for (int r = 0; r < Rows; ++r) {
    for (int c = 0; c < Columns; ++c) {
      float* to = y + r * y_stride + c * kLanes;
      StoreLanes(to, add ? sums[r][c] + LoadLanes(to) : sums[r][c]);
    }
  }
}

template <int Columns>
void Panel(int64_t rows, int64_t k, const float* x, int64_t x_stride, const float* w,
           int64_t w_stride, const float* bias, float* y, int64_t y_stride, bool add) {
  int64_t r = 0;
  for (; r + 6 <= rows; r += 6)
    Tile<6, Columns>(k, x + r * x_stride, x_stride, w, w_stride, bias, y + r * y_stride, y_stride,
                     add);
  for (; r + 2 <= rows; r += 2)
    Tile<2, Columns>(k, x + r * x_stride, x_stride, w, w_stride, bias, y + r * y_stride, y_stride,
                     add);
  for (; r < rows; ++r)
    Tile<1, Columns>(k, x + r * x_stride, x_stride, w, w_stride, bias, y + r * y_stride, y_stride,
                     add);
}

}  // namespace

RowMatmul::RowMatmul(int64_t n, int64_t k, std::span<const float> weight,
                     std::span<const float> bias)
    : n_(n), k_(k), padded_(RoundToLanes(n)) {
  LERL_CHECK_EQ(static_cast<int64_t>(weight.size()), n * k);
  LERL_CHECK(bias.empty() || static_cast<int64_t>(bias.size()) == n);
  weight_.assign(static_cast<size_t>(k * padded_), 0.0f);
  bias_.assign(static_cast<size_t>(padded_), 0.0f);
  for (int64_t row = 0; row < n; ++row) {
    for (int64_t i = 0; i < k; ++i)
      weight_[static_cast<size_t>(i * padded_ + row)] = weight[static_cast<size_t>(row * k + i)];
  }
  for (size_t i = 0; i < bias.size(); ++i) bias_[i] = bias[i];
}

void RowMatmul::Apply(int64_t rows, const float* x, int64_t x_stride, float* y, int64_t y_stride,
                      bool add) const {
  int64_t column = 0;
  constexpr int64_t kWide = kTileColumns * kLanes;
  for (; column + kWide <= padded_; column += kWide)
    Panel<kTileColumns>(rows, k_, x, x_stride, weight_.data() + column, padded_,
                        bias_.data() + column, y + column, y_stride, add);
  for (; column < padded_; column += kLanes)
    Panel<1>(rows, k_, x, x_stride, weight_.data() + column, padded_, bias_.data() + column,
             y + column, y_stride, add);
}

}  // namespace lerl
