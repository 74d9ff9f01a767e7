#pragma once
// The policy-gradient loss of `reinforce` and `a2c`. Include from .cc files only.
//
//   L = -mean A log pi - c_e mean H + c_v mean (V - target)^2,     means over valid entries    (1)
//
// Where ranks share a minibatch (base/ranks.h), each gives its own entries and the whole
// minibatch's advantages: A is standardised over the whole, and in place of a mean stands the sum
// over the own entries by the number of all. So the losses of the ranks, and their gradients, add
// up to those of the whole.

#include "lerl/nn/torch.h"

namespace lerl {

// The minibatch that a loss is of a part of.
struct WholeMinibatch {
  torch::Tensor advantage, valid;  // float [...]; undefined: the part is the whole
};

struct PolicyLossInput {
  torch::Tensor log_density;    // float [...] of the actions taken
  torch::Tensor advantage;      // float [...]
  torch::Tensor value, target;  // float [...]
  torch::Tensor entropy;        // float [...]
  torch::Tensor valid;          // float [...] 1 or 0
  WholeMinibatch whole{};
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

// x float [...], shifted and scaled to mean 0 and variance 1 over the valid entries, or as those of
// the whole would be.
torch::Tensor Standardise(const torch::Tensor& x, const torch::Tensor& valid,
                          const WholeMinibatch& whole = {});
// How many valid entries there are, of the whole.
torch::Tensor CountOf(const torch::Tensor& valid, const WholeMinibatch& whole);

PolicyLoss ComputePolicyLoss(const PolicyLossInput& input, const PolicyLossConfig& config);

}  // namespace lerl
