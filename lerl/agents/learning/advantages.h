#pragma once
// Advantages and returns of a batch of sessions, each session by GAE (agents/learning/gae.h).
// Include from .cc files only.

#include "lerl/agents/learning/gae.h"
#include "lerl/agents/learning/session_batch.h"
#include "lerl/nn/torch.h"

namespace lerl {

struct Advantages {
  torch::Tensor advantage, returns;  // float [B, T], 0 where a session has no step
};

// Advantages and returns from rewards float [B, T] and values float [B, T + 1] of the batch's
// states.
Advantages ComputeAdvantages(const SessionBatch& batch, const torch::Tensor& rewards,
                             const torch::Tensor& values, const GaeConfig& config);

}  // namespace lerl
