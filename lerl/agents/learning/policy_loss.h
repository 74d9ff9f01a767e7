#pragma once
// The policy-gradient loss of `reinforce` and `a2c`:
//   L = -mean A log pi - c_e mean H + c_v mean (V - target)^2          means over valid entries
// Include from .cc files only.

#include <torch/torch.h>

namespace lerl {

struct PolicyLossInput {
  torch::Tensor log_density;    // float [...] of the actions taken
  torch::Tensor advantage;      // float [...]
  torch::Tensor value, target;  // float [...]
  torch::Tensor entropy;        // float [...]
  torch::Tensor valid;          // float [...] 1 or 0
};

struct PolicyLossConfig {
  bool standardise = true;  // advantages over valid entries to mean 0, variance 1
  double value_weight = 0.5;
  double entropy_weight = 0;
};

struct PolicyLoss {
  torch::Tensor total;
  double policy = 0, value = 0, entropy = 0;
};

// x float [...] to mean 0 and variance 1 over the valid entries.
torch::Tensor Standardise(const torch::Tensor& x, const torch::Tensor& valid);

PolicyLoss ComputePolicyLoss(const PolicyLossInput& input, const PolicyLossConfig& config);

}  // namespace lerl
