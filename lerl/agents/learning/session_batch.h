#pragma once
// Tensors of a batch of whole sessions, as agents learn from them: one causal pass over a session's
// tokens gives the states of all its steps. Include from .cc files only.

#include <torch/torch.h>

#include <functional>
#include <span>

#include "lerl/agents/learning/session_tokens.h"
#include "lerl/base/rng.h"
#include "lerl/sim/session_log.h"

namespace lerl {

// B sessions, L tokens of the longest, T steps of the longest, C categories, A action width, K
// slate. State t is what the agent saw before step t; state T of a session is what it would have
// seen next.
struct SessionBatch {
  torch::Tensor tokens;     // float [B, L, W]
  torch::Tensor states;     // int64 [B, T + 1] token whose encoding is state t
  torch::Tensor context;    // float [B, T + 1, 2 C + 1] plan, dominant, budget before step t; past
                            // the end the last step's is repeated
  torch::Tensor actions;    // float [B, T, A]
  torch::Tensor items;      // int64 [B, T, K]
  torch::Tensor responses;  // float [B, T, K] 1 where the first behaviour was given
  torch::Tensor rewards;    // float [B, T] drawn, with the price of days away where it counts
  torch::Tensor valid;      // float [B, T] 1 where the session has a step
  torch::Tensor goes_on;    // float [B, T] factor on the discount after the step: 0 where the user
                            // left, gap_discount between visits, 1 elsewhere
  torch::Tensor allowed{};  // bool [B, T + 1, I] items that could be shown; only where asked for

  int64_t sessions() const { return tokens.size(0); }
  int64_t steps() const { return valid.size(1); }
  // The given rows, cut to their longest session.
  SessionBatch Select(std::span<const int64_t> rows) const;
};

SessionBatch MakeSessionBatch(const SessionTokens& tokens, const SessionLog& log);

// Which items could be shown at each step: those in the plan, less the start history and what the
// visit had shown, as the environment's switches in `log` say. bool [S, steps + 1, I]; row T is
// under the last plan.
torch::Tensor AllowedItems(const Dataset& dataset, const Split& split, const SessionLog& log,
                           int64_t steps);

// The logs' past of users as sessions: step t shows the (t + 1)-th chunk of K rows after the start
// token. Contexts are all zero, actions are the mean item vector E of the chunk's liked items (of
// all its items if none is liked). Chunks are full, so the oldest rows may be left out.
SessionBatch MakeLoggedBatch(const SessionTokens& tokens, std::span<const int32_t> users,
                             std::span<const float> item_vectors);

// Calls `learn(rows, part)` for minibatches of at most `size` whole sessions in an order that `rng`
// draws; rows int64 are those of the batch that the part holds.
using LearnFromPart = std::function<void(const torch::Tensor& rows, const SessionBatch& part)>;
void ForMinibatches(const SessionBatch& batch, int64_t size, Rng& rng, const LearnFromPart& learn);

}  // namespace lerl
