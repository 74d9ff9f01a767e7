#pragma once
// The policy-gradient loss of `reinforce` and `a2c`. Include from .cc files only.
//
//   L = -mean A log pi - c_e mean H + c_v mean (V - target)^2,     means over valid entries    (1)

#include "lerl/nn/torch.h"

namespace lerl {

struct PolicyLossInput {
  torch::Tensor log_density;    // float [...] of the actions taken
  torch::Tensor advantage;      // float [...]
  torch::Tensor value, target;  // float [...]
  torch::Tensor entropy;        // float [...]
  torch::Tensor valid;          // float [...] 1 or 0
};

struct PolicyLossConfig {
  bool standardise = true;    // A to mean 0 and variance 1 over the valid entries
  double value_weight = 0.5;  // c_v
  double entropy_weight = 0;  // c_e
};

struct PolicyLoss {
  torch::Tensor total;
  double policy = 0, value = 0, entropy = 0;  // the three means of (1); policy with its sign
};

// x float [...], shifted and scaled to mean 0 and variance 1 over the valid entries.
torch::Tensor Standardise(const torch::Tensor& x, const torch::Tensor& valid);

PolicyLoss ComputePolicyLoss(const PolicyLossInput& input, const PolicyLossConfig& config);

}  // namespace lerl
