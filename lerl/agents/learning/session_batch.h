#pragma once
// SessionBatch: tensors of a batch of whole sessions, as agents learn from them. One causal pass
// over a session's tokens gives the states of all its steps. Include from .cc files only.

#include <functional>
#include <span>

#include "lerl/agents/learning/session_tokens.h"
#include "lerl/base/rng.h"
#include "lerl/nn/torch.h"
#include "lerl/sim/session_log.h"

namespace lerl {

// Axes: B sessions, L tokens of the longest session, T steps of the longest session, W width of a
// token, C categories, A width of an action, K items of a slate, I items.
// State t is what the agent saw before step t; the state after the last step is what it would have
// seen next.
struct SessionBatch {
  torch::Tensor tokens;     // float [B, L, W]
  torch::Tensor states;     // int64 [B, T + 1] place of the token whose encoding is state t
  torch::Tensor context;    // float [B, T + 1, 2 C + 1] plan, dominant categories and budget before
                            // step t; past the end those after the last step, under its plan
  torch::Tensor actions;    // float [B, T, A]
  torch::Tensor items;      // int64 [B, T, K]
  torch::Tensor responses;  // float [B, T, K] 1 where the first behaviour was given
  torch::Tensor credit;     // float [B, T, K] what each response counts in the reward, before the
                            // mean over the slate (SessionLog::ResponseCredit)
  torch::Tensor rewards;    // float [B, T] as drawn, less the price of days away where that counts
  torch::Tensor valid;      // float [B, T] 1 where the session has a step
  torch::Tensor goes_on;    // float [B, T] g, the factor on the discount after the step
                            // (SessionLog::Continuation)
  torch::Tensor allowed{};  // bool [B, T + 1, I] items that could be shown; only where asked for

  int64_t sessions() const { return tokens.size(0); }
  int64_t steps() const { return valid.size(1); }
  // The batch of the given sessions, cut to the longest of them.
  SessionBatch Select(std::span<const int64_t> rows) const;
};

// The sessions of `log` as a batch, without `allowed`, for an agent that sees the budget or does
// not. The context after the last step is the session's own: the dominant categories of its last
// slate and the budget then left; where the last step ended a visit, those of a new visit: no
// category, and a whole budget. The plan of a step that was never planned is not known; the last
// one stands for it.
SessionBatch MakeSessionBatch(const SessionTokens& tokens, const SessionLog& log,
                              bool sees_budget = true);

// Which items could be shown at each step, bool [B, steps + 1, I]: those in the plan, less the
// user's training rows and what the visit had shown, as far as the environment's switches in `log`
// exclude these, and less what `log` says is never shown. After the last step the last plan counts.
torch::Tensor AllowedItems(const Dataset& dataset, const Split& split, const SessionLog& log,
                           int64_t steps);

// The past of users in the logs as sessions: step t shows the (t + 1)-th full chunk of K rows; the
// oldest rows may be left out, as they fill no chunk. Contexts are all zero. The action of a step
// is the mean of the vectors [I, A] of the chunk's liked items, or of all its items if none is
// liked. Rewards are means of the responses, each behaviour with its `reward_weights` [F] (empty:
// the first alone), and each item with its `price_factors` [I] (empty: 1).
SessionBatch MakeLoggedBatch(const SessionTokens& tokens, std::span<const int32_t> users,
                             std::span<const float> item_vectors,
                             std::span<const double> reward_weights = {},
                             std::span<const float> price_factors = {});

// Calls `learn(rows, part)` for minibatches of at most `size` whole sessions, in an order that
// `rng` draws. `rows` int64 are the places in the batch of the sessions that `part` holds.
using LearnFromPart = std::function<void(const torch::Tensor& rows, const SessionBatch& part)>;
using LearnFromRows = std::function<void(std::span<const int64_t> rows)>;
// The same by the rows alone, out of so many sessions.
void ForMinibatchRows(int64_t sessions, int64_t size, Rng& rng, const LearnFromRows& learn);
torch::Tensor RowTensor(std::span<const int64_t> rows);  // int64
void ForMinibatches(const SessionBatch& batch, int64_t size, Rng& rng, const LearnFromPart& learn);

}  // namespace lerl
