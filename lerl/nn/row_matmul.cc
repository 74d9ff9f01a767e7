#include "lerl/nn/row_matmul.h"

#include "lerl/base/check.h"
#include "lerl/nn/simd.h"
#include "lerl/nn/tile_matmul.h"

namespace lerl {

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
  TileMatmul(rows, k_, padded_, {x, x_stride}, weight_.data(), padded_, bias_.data(), y, y_stride,
             add);
}

}  // namespace lerl
