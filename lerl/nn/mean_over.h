#pragma once
// Means over those entries of a padded batch that count:
//
//   MeanOver          = sum_i v_i x_i / max(1, sum_i v_i)
//   SquaredErrorOver  = sum_i v_i (x_i - y_i)^2 / max(1, sum_i v_i)
//
//   v_i   1 where entry i counts, 0 where not (`valid`)
//
// x, y and v have the same shape, and x alone gets a gradient. Each function is one step of
// differentiation: libtorch's operators would take a dozen, whose dispatch costs more than the
// sums.

#include "lerl/nn/torch.h"

namespace lerl {

torch::Tensor MeanOver(const torch::Tensor& x, const torch::Tensor& valid);
torch::Tensor SquaredErrorOver(const torch::Tensor& x, const torch::Tensor& y,
                               const torch::Tensor& valid);

}  // namespace lerl
