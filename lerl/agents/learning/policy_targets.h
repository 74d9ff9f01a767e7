#pragma once
// PolicyTargets: what the update of a policy aims at, of every step of a batch of sessions. It is
// computed at the weights before the update, minibatch by minibatch, and read by the rows of other
// minibatches. Include from .cc files only.

#include "lerl/agents/learning/advantages.h"
#include "lerl/nn/torch.h"

namespace lerl {

struct PolicyTargets {
  torch::Tensor log_density;         // float [B, T] of what was played
  torch::Tensor value;               // float [B, T] V of the states before each step
  torch::Tensor advantage, returns;  // float [B, T] as in Advantages

  static PolicyTargets Zeros(int64_t sessions, int64_t steps);

  // Sets what a part of the batch is given: its sessions are those from `begin` on, and its steps
  // T' may be fewer. `log_density` is float [B', T'], `values` float [B', T' + 1].
  void Set(int64_t begin, const torch::Tensor& log_density, const torch::Tensor& values,
           const Advantages& advantages);

  // Those of some sessions, rows int64 [B'], in their first steps: float [B', steps].
  PolicyTargets Of(const torch::Tensor& rows, int64_t steps) const;
};

}  // namespace lerl
