#include "lerl/nn/layer_norm.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/index.h"
#include "lerl/nn/simd.h"

namespace lerl {
namespace {

constexpr float kEpsilon = 1e-5f;

}  // namespace

void NormForward(int64_t rows, int64_t width, std::span<const float> weight,
                 std::span<const float> bias, const float* x, float* n, float* scale, float* y) {
  const auto stride = std::ssize(weight);
  const auto padding = static_cast<float>(stride - width);
  for (int64_t r = 0; r < rows; ++r, x += stride, y += stride) {
    Lanes sum = {}, squares = {};
    for (int64_t c = 0; c < stride; c += kLanes) sum += LoadLanes(x + c);
    const float mean = SumLanes(sum) / static_cast<float>(width);
    for (int64_t c = 0; c < stride; c += kLanes) {
      const Lanes centred = LoadLanes(x + c) - mean;
      squares += centred * centred;
    }
    // Each padded column has added mean^2 to the squares.
    const float variance = (SumLanes(squares) - padding * mean * mean) / static_cast<float>(width);
    const float factor = 1.0f / std::sqrt(std::max(variance, 0.0f) + kEpsilon);
    if (n != nullptr) {
      scale[r] = factor;
      for (int64_t c = 0; c < stride; c += kLanes)
        StoreLanes(n + r * stride + c, (LoadLanes(x + c) - mean) * factor);
    }
    for (int64_t c = 0; c < stride; c += kLanes)
      StoreLanes(y + c, (LoadLanes(x + c) - mean) * factor * LoadLanes(&weight[At(c)]) +
                            LoadLanes(&bias[At(c)]));
  }
}

void NormAgain(int64_t rows, std::span<const float> weight, std::span<const float> bias,
               const float* n, float* y) {
  const auto stride = std::ssize(weight);
  for (int64_t r = 0; r < rows; ++r, n += stride, y += stride)
    for (int64_t c = 0; c < stride; c += kLanes)
      StoreLanes(y + c, LoadLanes(n + c) * LoadLanes(&weight[At(c)]) + LoadLanes(&bias[At(c)]));
}

void NormBackward(int64_t rows, int64_t width, std::span<const float> weight, const float* n,
                  const float* scale, const float* dy, float* dx, std::span<float> gradient) {
  const auto stride = std::ssize(weight);
  float *of_weight = gradient.data(), *of_bias = gradient.data() + stride;
  for (int64_t r = 0; r < rows; ++r, n += stride, dy += stride, dx += stride) {
    // 1. dweight and dbias; the sums of g and of g n.
    Lanes sum = {}, along = {};
    for (int64_t c = 0; c < stride; c += kLanes) {
      const Lanes slope = LoadLanes(dy + c), normed = LoadLanes(n + c);
      const Lanes inner = slope * LoadLanes(&weight[At(c)]);
      sum += inner;
      along += inner * normed;
      StoreLanes(of_weight + c, LoadLanes(of_weight + c) + slope * normed);
      StoreLanes(of_bias + c, LoadLanes(of_bias + c) + slope);
    }
    // 2. dx.
    const float mean = SumLanes(sum) / static_cast<float>(width);
    const float share = SumLanes(along) / static_cast<float>(width);
    for (int64_t c = 0; c < stride; c += kLanes) {
      const Lanes inner = LoadLanes(dy + c) * LoadLanes(&weight[At(c)]);
      StoreLanes(dx + c, LoadLanes(dx + c) + (inner - mean - LoadLanes(n + c) * share) * scale[r]);
    }
  }
}

}  // namespace lerl
