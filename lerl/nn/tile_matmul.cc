#include "lerl/nn/tile_matmul.h"

#include "lerl/nn/simd.h"

namespace lerl {
namespace {

// A tile of Rows x (Columns * kLanes) outputs. Tiles of all sizes do the same sequence of
// operations for an output, which makes rows independent. `Unit`: the inner stride of a is 1.
template <int Rows, int Columns, bool Unit>
LERL_INLINE void Tile(int64_t k, const Strided& a, const float* b, int64_t b_stride,
                      const float* bias, float* c, int64_t c_stride, bool add) {
  // 1. The sums start from the bias.
  Lanes sums[Rows][Columns];
  LERL_UNROLL for (int j = 0; j < Columns; ++j) {
    const Lanes start = bias != nullptr ? LoadLanes(bias + j * kLanes) : Lanes{};
    LERL_UNROLL for (int r = 0; r < Rows; ++r) sums[r][j] = start;
  }
  // 2. One step of the inner index after another, for the whole tile.
  const float* from = a.data;
  for (int64_t i = 0; i < k; ++i, b += b_stride, from += Unit ? 1 : a.inner) {
    Lanes weights[Columns];
    LERL_UNROLL for (int j = 0; j < Columns; ++j) weights[j] = LoadLanes(b + j * kLanes);
    LERL_UNROLL for (int r = 0; r < Rows; ++r) {
      const Lanes value = Broadcast(from[r * a.row]);
      LERL_UNROLL for (int j = 0; j < Columns; ++j) sums[r][j] =
          MultiplyAdd(weights[j], value, sums[r][j]);
    }
  }
  // 3. The results leave the registers.
  LERL_UNROLL for (int r = 0; r < Rows; ++r) {
    LERL_UNROLL for (int j = 0; j < Columns; ++j) {
      float* to = c + r * c_stride + j * kLanes;
      StoreLanes(to, add ? sums[r][j] + LoadLanes(to) : sums[r][j]);
    }
  }
}

// All rows of a panel of columns, in tiles of 6, 2 and 1 rows.
template <int Columns, bool Unit>
void Panel(int64_t m, int64_t k, Strided a, const float* b, int64_t b_stride, const float* bias,
           float* c, int64_t c_stride, bool add) {
  const auto rows = [&]<int Rows>() {
    for (; m >= Rows; m -= Rows, a.data += Rows * a.row, c += Rows * c_stride)
      Tile<Rows, Columns, Unit>(k, a, b, b_stride, bias, c, c_stride, add);
  };
  rows.template operator()<6>();
  rows.template operator()<2>();
  rows.template operator()<1>();
}

// All columns, in panels of kTileColumns lanes and then of one.
template <bool Unit>
void AllPanels(int64_t m, int64_t k, int64_t n, const Strided& a, const float* b, int64_t b_stride,
               const float* bias, float* c, int64_t c_stride, bool add) {
  const auto bias_at = [bias](int64_t j) { return bias != nullptr ? bias + j : nullptr; };
  int64_t j = 0;
  constexpr int64_t kWide = kTileColumns * kLanes;
  for (; j + kWide <= n; j += kWide)
    Panel<kTileColumns, Unit>(m, k, a, b + j, b_stride, bias_at(j), c + j, c_stride, add);
  for (; j < n; j += kLanes)
    Panel<1, Unit>(m, k, a, b + j, b_stride, bias_at(j), c + j, c_stride, add);
}

}  // namespace

void TileMatmul(int64_t m, int64_t k, int64_t n, Strided a, const float* b, int64_t b_stride,
                const float* bias, float* c, int64_t c_stride, bool add) {
  if (a.inner == 1)
    AllPanels<true>(m, k, n, a, b, b_stride, bias, c, c_stride, add);
  else
    AllPanels<false>(m, k, n, a, b, b_stride, bias, c, c_stride, add);
}

}  // namespace lerl
