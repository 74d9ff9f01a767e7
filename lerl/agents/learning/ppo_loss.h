#pragma once
// The clipped surrogate loss of PPO (Schulman et al. 2017, arXiv 1707.06347, equations 7 and 9).
// Include from .cc files only.
//
//   L   = -mean min(rho A, clip(rho, 1 - eps, 1 + eps) A)
//         + c_v mean (V - target)^2 - c_e mean H,        means over valid entries              (1)
//   rho = exp(log density - old log density)                                                   (2)
//
// A is standardised here, over the valid entries; ranks share a minibatch as
// agents/learning/policy_loss.h says. With a value clip eps_v > 0 the squared error of
// (1) is, as in the code of its authors (OpenAI Baselines, ppo2; not in the paper), the larger one
// of the value now and of a value that may differ from the old one by eps_v at most:
//
//   max( (V - target)^2, (V_old + clip(V - V_old, -eps_v, eps_v) - target)^2 )                 (3)
//
// So a value that has come nearer to its target by more than eps_v gets no further gradient. The
// half that Baselines puts before (3) is in c_v here.

#include "lerl/agents/learning/policy_loss.h"
#include "lerl/nn/torch.h"

namespace lerl {

struct PpoLossInput {
  torch::Tensor log_density, old_log_density;  // float [...] of the actions taken
  torch::Tensor advantage;                     // float [...] A, not yet standardised
  torch::Tensor value, target;                 // float [...]
  torch::Tensor entropy;                       // float [...]
  torch::Tensor valid;                         // float [...] 1 or 0
  torch::Tensor old_value{};                   // float [...] V_old; a value clip needs it
  WholeMinibatch whole{};
};

struct PpoLossConfig {
  double clip = 0.2;          // eps
  double value_clip = 0;      // eps_v, in the unit of returns; 0: values are not clipped
  double value_weight = 0.5;  // c_v
  double entropy_weight = 0;  // c_e
};

struct PpoLoss {
  torch::Tensor total;
  double policy = 0, value = 0, entropy = 0;  // the three means of (1); policy with its sign
  double clipped = 0;  // share of valid entries with rho outside [1 - clip, 1 + clip]
  double kl = 0;       // mean of (rho - 1) - log rho (Schulman's k3 estimate)
};

PpoLoss ComputePpoLoss(const PpoLossInput& input, const PpoLossConfig& config);

}  // namespace lerl
