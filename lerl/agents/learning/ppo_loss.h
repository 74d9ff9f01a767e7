#pragma once
// The clipped surrogate loss of PPO (Schulman et al. 2017, arXiv 1707.06347, equations 7 and 9).
// Include from .cc files only.
//
//   L   = -mean min(rho A, clip(rho, 1 - eps, 1 + eps) A)
//         + c_v mean (V - target)^2 - c_e mean H,        means over valid entries              (1)
//   rho = exp(log density - old log density)                                                   (2)
//
// A is standardised here, over the valid entries.

#include <torch/torch.h>

namespace lerl {

struct PpoLossInput {
  torch::Tensor log_density, old_log_density;  // float [...] of the actions taken
  torch::Tensor advantage;                     // float [...] A, not yet standardised
  torch::Tensor value, target;                 // float [...]
  torch::Tensor entropy;                       // float [...]
  torch::Tensor valid;                         // float [...] 1 or 0
};

struct PpoLoss {
  torch::Tensor total;
  double policy = 0, value = 0, entropy = 0;  // the three means of (1); policy with its sign
  double clipped = 0;  // share of valid entries with rho outside [1 - clip, 1 + clip]
  double kl = 0;       // mean of (rho - 1) - log rho (Schulman's k3 estimate)
};

PpoLoss ComputePpoLoss(const PpoLossInput& input, double clip, double value_weight,
                       double entropy_weight);

}  // namespace lerl
