#pragma once
// The clipped surrogate loss of PPO. Include from .cc files only.

#include <torch/torch.h>

namespace lerl {

struct PpoLossInput {
  torch::Tensor log_density, old_log_density;  // float [...] of the actions taken
  torch::Tensor advantage;                     // float [...] standardised here over valid entries
  torch::Tensor value, target;                 // float [...]
  torch::Tensor entropy;                       // float [...]
  torch::Tensor valid;                         // float [...] 1 or 0
};

struct PpoLoss {
  torch::Tensor total;
  double policy = 0, value = 0, entropy = 0;
  double clipped = 0;  // share of valid entries whose ratio left [1 - clip, 1 + clip]
  double kl = 0;       // mean of (ratio - 1) - log ratio (Schulman's k3 estimate)
};

PpoLoss ComputePpoLoss(const PpoLossInput& input, double clip, double value_weight,
                       double entropy_weight);

}  // namespace lerl
