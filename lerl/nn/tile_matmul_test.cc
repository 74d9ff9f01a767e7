#include "lerl/nn/tile_matmul.h"

#include <gtest/gtest.h>

#include <vector>

#include "lerl/nn/simd.h"
#include "lerl/testing/random_transformer.h"

namespace lerl {
namespace {

TEST(TileMatmul, IsTheProductPlusTheBias) {
  constexpr int64_t kRows = 9, kInner = 5, kColumns = 3 * kLanes;
  Rng rng(1, "matrices");
  const auto a = Normals(kRows * kInner, 1, rng), b = Normals(kInner * kColumns, 1, rng);
  const auto bias = Normals(kColumns, 1, rng);
  std::vector<float> c(kRows * kColumns), transposed(a.size());
  for (size_t r = 0; r < kRows; ++r)
    for (size_t i = 0; i < kInner; ++i) transposed[i * kRows + r] = a[r * kInner + i];
  TileMatmul(kRows, kInner, kColumns, {a.data(), kInner}, b.data(), kColumns, bias.data(), c.data(),
             kColumns);
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t j = 0; j < kColumns; ++j) {
      double sum = static_cast<double>(bias[j]);
      for (size_t i = 0; i < kInner; ++i)
        sum += static_cast<double>(a[r * kInner + i]) * static_cast<double>(b[i * kColumns + j]);
      EXPECT_NEAR(c[r * kColumns + j], sum, 1e-5);
    }
  }
  std::vector<float> again(c.size());
  TileMatmul(kRows, kInner, kColumns, {transposed.data(), 1, kRows}, b.data(), kColumns,
             bias.data(), again.data(), kColumns);
  EXPECT_EQ(again, c);
  TileMatmul(kRows, 0, kColumns, {a.data(), kInner}, b.data(), kColumns, nullptr, again.data(),
             kColumns, true);
  EXPECT_EQ(again, c);  // an empty product adds nothing
}

}  // namespace
}  // namespace lerl
