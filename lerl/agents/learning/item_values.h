#pragma once
// ItemValues: a value of every item in a state, on the frozen item vectors E [I, A] of the policy
// side. Include from .cc files only.
//
//   V(s, i) = v(s) + E_i . f(s) + b_i                                                          (1)
//
//   v, f   outputs of one network, of widths 1 and A
//   b      a learned bias per item
// They are the action values of `dqn`, `dnair` and `sac4ir`, and the logits of sac4ir's policy.
// This header also has how the reward of a slate is divided between its items.

#include "lerl/agents/learning/session_batch.h"
#include "lerl/nn/mlp.h"
#include "lerl/nn/torch.h"

namespace lerl {

class ItemValuesImpl : public torch::nn::Module {
 public:
  ItemValuesImpl(torch::Tensor items, int64_t state_width, int64_t hidden);

  torch::Tensor forward(const torch::Tensor& states);     // float [..., S] -> [..., I]
  void Silence(int64_t encoded_width);                    // at first the context has no influence
  void Follow(const ItemValuesImpl& other, double rate);  // as Mlp's Follow

 private:
  torch::Tensor items_;
  Mlp head_{nullptr};
  torch::Tensor bias_;
};
TORCH_MODULE(ItemValues);

// Returns values float [..., I] with minus infinity where `allowed` bool [..., I] is 0. Where
// `allowed` is undefined, all items may be shown.
torch::Tensor MaskValues(const torch::Tensor& values, const torch::Tensor& allowed);

// What each shown item is credited with, float [B, T, K]:
//
//   r_k = c_k + (r - mean_j c_j)                                                               (2)
//   c_k = g_k sum_f w_f y_kf, or 0 where responses are not what is learned from                (3)
//
//   r      reward of the step that is learned from (SessionLog::LearningReward)
//   y_kf   1 where item k was given behaviour f
//   w_f    what the behaviour counts in the reward (SessionLog::reward_weights)
//   g_k    what the price of the item makes of that (SessionLog::price_factors)
// So the part of r that responses don't explain, such as the price of days away, is credited to all
// items of the slate alike, and the mean over the slate is the step's reward.
torch::Tensor ItemRewards(const SessionBatch& batch);

}  // namespace lerl
