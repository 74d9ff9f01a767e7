#pragma once
// N-step returns (Sutton and Barto 2018, section 7.1; for Q-learning from a replay: Hessel et al.
// 2018, arXiv 1710.02298). A target adds up the rewards of n steps before it asks the critic what
// the rest is worth:
//
//   y_t = sum_{k=0..m-1} D_k r_t+k + D_m V(s_t+m),     m = min(n, T - t)                       (1)
//   D_k = d_t d_t+1 ... d_t+k-1,     D_0 = 1                                                   (2)
//
//   r_t, V   reward of step t, value of a state by the target copies; s_T is the state after the
//            session's last step T - 1
//   d_t      discount after step t: gamma times how much goes on, which is 0 where the user left
//            (agents/learning/gae.h)
// So at a real end the value has the factor 0, and a session that was cut bootstraps from its own
// last state s_T, also where that comes before n steps. n = 1 is the usual target.
//
// Difference from the textbook: the rewards between are those of the policy that played, which may
// be an old one and explored. Nothing corrects for that, as in Hessel et al.; the larger n, the
// more of what that policy did is in the target.
//
// Include from .cc files only.

#include <cstdint>

#include "lerl/nn/torch.h"

namespace lerl {

// Returns N float [B, T], by which (1) reads y_t = r_t + d_t N_t. So an agent keeps its target,
// with N in place of the values of the next states:
//
//   N_t = V(s_t+1)                     where n = 1, or step t is the session's last
//   N_t = r_t+1 + d_t+1 N'_t+1         elsewhere; N' is N for n - 1
//
// Reads rewards r, discounts d, valid (1 where the session has a step) and next_values V(s_t+1),
// all float [B, T], and n >= 1. With n = 1 it returns `next_values` itself.
torch::Tensor NStepValues(const torch::Tensor& rewards, const torch::Tensor& discounts,
                          const torch::Tensor& valid, const torch::Tensor& next_values, int64_t n);

}  // namespace lerl
