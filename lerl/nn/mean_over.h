#pragma once
// Means over the entries that count, each as one step of differentiation: by libtorch's operators a
// loss over a padded batch takes a dozen, whose dispatch costs more than the sums.
//
//   MeanOver          sum_i v_i x_i / max(1, sum_i v_i)
//   SquaredErrorOver  sum_i v_i (x_i - y_i)^2 / max(1, sum_i v_i)
// v: 1 where an entry counts, 0 where not. x, y and v have one shape; x alone gets a gradient.

#include <torch/torch.h>

namespace lerl {

torch::Tensor MeanOver(const torch::Tensor& x, const torch::Tensor& valid);
torch::Tensor SquaredErrorOver(const torch::Tensor& x, const torch::Tensor& y,
                               const torch::Tensor& valid);

}  // namespace lerl
