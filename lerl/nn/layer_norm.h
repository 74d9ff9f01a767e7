#pragma once
// Layer normalisation (Ba et al. 2016, arXiv 1607.06450) of rows that are padded with 0 to whole
// lanes, forward and backward:
//
//   n = (x - mean x) scale,   scale = 1 / sqrt(var x + 1e-5),   y = n weight + bias
//   dx = scale (g - mean g - n mean(g n)),   g = dy weight
// Means are over the first `width` columns. What stands in the padded columns of n and of gradients
// is arbitrary; weight and bias are 0 there.

#include <cstdint>
#include <span>

namespace lerl {

// Axes: x, n, y [rows, D], D = weight.size(), a multiple of kLanes; scale [rows]. y may be x;
// with a null n neither n nor scale is written.
void NormForward(int64_t rows, int64_t width, std::span<const float> weight,
                 std::span<const float> bias, const float* x, float* n, float* scale, float* y);

// y of n.
void NormAgain(int64_t rows, std::span<const float> weight, std::span<const float> bias,
               const float* n, float* y);

// Adds dx to `dx`, and to `gradient` [2, D] those of weight and bias.
void NormBackward(int64_t rows, int64_t width, std::span<const float> weight, const float* n,
                  const float* scale, const float* dy, float* dx, std::span<float> gradient);

}  // namespace lerl
