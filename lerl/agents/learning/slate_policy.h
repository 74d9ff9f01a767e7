#pragma once
// SlatePolicy: an agent as a policy over slates that a service draws from its scores
// (serve/slate_draw.h), in the form in which it can learn from them (agents/slate_learner.h). An
// agent can where the encoder of the session's states gives a virtual item, whose products with the
// items' vectors are the scores. Include from .cc files only.

#include <vector>

#include "lerl/agents/learning/session_batch.h"
#include "lerl/nn/torch.h"

namespace lerl {

// Of a batch of B sessions and T steps, with I items.
struct SlateScores {
  torch::Tensor scores;   // float [B, T, I] of all items, as Act gives them without exploration
  torch::Tensor value{};  // float [B, T] V of the state; undefined where the agent has no critic
};

class SlatePolicy {
 public:
  virtual ~SlatePolicy() = default;

  // The sessions of a log, of which only users, slates, responses and contexts are read.
  virtual SessionBatch SlateBatch(const SessionLog& log) const = 0;
  // With gradients.
  virtual SlateScores ScoreSlates(const SessionBatch& batch) = 0;
  // What scores depend on and learning may move; others among them get no gradient.
  virtual std::vector<torch::Tensor> SlateParameters() = 0;
  // To be called when parameters have moved, before the agent acts. Throws Error(kUnusable) where
  // one of them is not finite.
  virtual void SlateParametersMoved() = 0;
};

}  // namespace lerl
