#pragma once
// Layer normalisation (Ba et al. 2016, arXiv 1607.06450) of rows that are padded with 0 to whole
// lanes, forward and backward. For each row, with products element by element:
//
//   scale = 1 / sqrt(var x + 1e-5)
//   n     = (x - mean x) scale
//   y     = n weight + bias
//
//   g       = dy weight                              dx: gradient of the loss by x
//   dx      = scale (g - mean g - n mean(g n))
//   dweight = sum over rows of dy n
//   dbias   = sum over rows of dy
//
// Means and variance are over the first `width` columns. In the columns beyond, weight and bias are
// 0, and what stands in n and in gradients is arbitrary.

#include <cstdint>
#include <span>

namespace lerl {

// Axes: x, n and y [rows, D], where D = weight.size() is a multiple of kLanes; scale [rows]. y may
// be x. If n is null, neither n nor scale is written.
void NormForward(int64_t rows, int64_t width, std::span<const float> weight,
                 std::span<const float> bias, const float* x, float* n, float* scale, float* y);

// Writes y again from n.
void NormAgain(int64_t rows, std::span<const float> weight, std::span<const float> bias,
               const float* n, float* y);

// Adds to `dx`, and adds dweight and dbias to `gradient` [2, D].
void NormBackward(int64_t rows, int64_t width, std::span<const float> weight, const float* n,
                  const float* scale, const float* dy, float* dx, std::span<float> gradient);

}  // namespace lerl
