#include "lerl/nn/row_matmul.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/nn/simd.h"

namespace lerl {
namespace {

std::vector<float> Normals(int64_t count, uint64_t seed) {
  Rng rng(seed);
  std::vector<float> values(At(count));
  for (float& value : values) value = static_cast<float>(rng.Normal());
  return values;
}

TEST(RowMatmul, AgreesWithASumByHand) {
  for (const int64_t n : {1, 16, 50, 64, 100}) {
    const int64_t k = 13, rows = 9, stride = RoundToLanes(n);
    const auto weight = Normals(n * k, 1), bias = Normals(n, 2), x = Normals(rows * k, 3);
    std::vector<float> y(At(rows * stride), 7.0f);
    RowMatmul(n, k, weight, bias).Apply(rows, x.data(), k, y.data(), stride);
    for (int64_t r = 0; r < rows; ++r) {
      for (int64_t c = 0; c < stride; ++c) {
        double sum = c < n ? bias[At(c)] : 0.0;
        for (int64_t i = 0; i < k && c < n; ++i)
          sum += static_cast<double>(x[At(r * k + i)]) * weight[At(c * k + i)];
        EXPECT_NEAR(y[At(r * stride + c)], sum, 1e-5);
      }
    }
  }
}

TEST(RowMatmul, GivesTheSameBytesForARowWhereverItStands) {
  const int64_t n = 64, k = 64, rows = 31;
  const auto weight = Normals(n * k, 1), bias = Normals(n, 2), x = Normals(rows * k, 3);
  const RowMatmul matmul(n, k, weight, bias);
  std::vector<float> all(At(rows * n)), one(At(n));
  matmul.Apply(rows, x.data(), k, all.data(), n);
  for (int64_t r = 0; r < rows; ++r) {
    matmul.Apply(1, x.data() + r * k, k, one.data(), n);
    EXPECT_EQ(std::vector<float>(all.begin() + r * n, all.begin() + (r + 1) * n), one);
  }
}

TEST(ExpLanes, AgreesWithTheLibrary) {
  for (float x = -100.0f; x < 88.0f; x += 0.37f) {
    const float y = ExpLanes(Broadcast(x))[3];
    EXPECT_NEAR(y, x < -87.0f ? 0.0 : std::exp(static_cast<double>(x)), 3e-7 * std::exp(x));
  }
}

}  // namespace
}  // namespace lerl
