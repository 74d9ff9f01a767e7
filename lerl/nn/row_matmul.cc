#include "lerl/nn/row_matmul.h"

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/nn/simd.h"
#include "lerl/nn/tile_matmul.h"

namespace lerl {

RowMatmul::RowMatmul(int64_t n, int64_t k, std::span<const float> weight,
                     std::span<const float> bias)
    : n_(n), k_(k), padded_(RoundToLanes(n)) {
  LERL_CHECK_EQ(std::ssize(weight), n * k);
  LERL_CHECK(bias.empty() || std::ssize(bias) == n);
  weight_.assign(At(k * padded_), 0.0f);
  bias_.assign(At(padded_), 0.0f);
  for (int64_t row = 0; row < n; ++row) {
    for (int64_t i = 0; i < k; ++i) weight_[At(i * padded_ + row)] = weight[At(row * k + i)];
  }
  for (size_t i = 0; i < bias.size(); ++i) bias_[i] = bias[i];
}

void RowMatmul::Apply(int64_t rows, const float* x, int64_t x_stride, float* y, int64_t y_stride,
                      bool add) const {
  TileMatmul(rows, k_, padded_, {x, x_stride}, weight_.data(), padded_, bias_.data(), y, y_stride,
             add);
}

}  // namespace lerl
