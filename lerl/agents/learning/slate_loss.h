#pragma once
// The law of slates that a service draws from scores (serve/slate_draw.h), with gradients, and how
// far two such laws are apart. Include from .cc files only.
//
//   l_i = (s_i - mean(s)) / (sd(s) tau)                   over the candidates                   (1)
//   KL  = sum_k sum_i p_ki (log p_ki - log q_ki)          i left before draw k                  (2)
//
//   s, tau   scores and temperature
//   p, q     softmax of l over the items left, under the scores of each policy
// Slates have the log probability PlackettLuce (agents/learning/policy_head.h) of l. By the chain
// rule the mean of (2) over slates that are drawn from p is the divergence of whole slates.
//
// Axes: N slates, I items, K items of a slate.

#include "lerl/nn/torch.h"

namespace lerl {

// l float [N, I], equation (1), minus infinity outside `candidates` bool [N, I]; scores float
// [N, I], temperatures float [N]. Candidates whose scores are all alike get 0.
torch::Tensor SlateLogits(const torch::Tensor& scores, const torch::Tensor& candidates,
                          const torch::Tensor& temperatures);

// The log probability of each item, given those before it, float [N, K], by l; their sum is that of
// PlackettLuce. Slates int64 [N, K] are of candidates.
torch::Tensor ItemLogProbabilities(const torch::Tensor& l, const torch::Tensor& slates);

// Equation (2) along slates int64 [N, K] of candidates, float [N], of two l over the same
// candidates.
torch::Tensor SlateKl(const torch::Tensor& p, const torch::Tensor& q, const torch::Tensor& slates);

}  // namespace lerl
