#pragma once
// Tensors of a batch of whole sessions, as `ppo` learns from them. Include from .cc files only.

#include <torch/torch.h>

#include <span>

#include "lerl/agents/session_tokens.h"
#include "lerl/sim/session_log.h"

namespace lerl {

// B sessions, L tokens of the longest, T steps of the longest, C categories, A action width.
struct PpoBatch {
  torch::Tensor tokens;  // float [B, L, W]
  torch::Tensor states;  // int64 [B, T + 1] token whose output is the state before step t
  torch::Tensor
      context;  // float [B, T + 1, 2 C + 1] plan, dominant, budget; row T repeats row T - 1
  torch::Tensor actions;  // float [B, T, A]
  torch::Tensor valid;    // float [B, T] 1 where the session has a step
};

PpoBatch MakePpoBatch(const SessionTokens& tokens, const SessionLog& log,
                      std::span<const int64_t> sessions);

// encoded float [B, L, D] -> the states' rows [B, T + 1, D].
torch::Tensor GatherStates(const torch::Tensor& encoded, const torch::Tensor& states);

}  // namespace lerl
