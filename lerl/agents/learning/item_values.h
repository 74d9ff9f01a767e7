#pragma once
// A value of every item in a state, on the frozen item vectors E [I, A] of the policy side:
//   V(s, i) = v(s) + E_i . f(s) + b_i
// (v, f) one network, b learned. Action values of `dqn`, `dnair`, `sac4ir`, and the logits of
// sac4ir's policy. And how a slate's reward is divided between its items. Include from .cc files
// only.

#include <torch/torch.h>

#include "lerl/agents/learning/session_batch.h"
#include "lerl/nn/mlp.h"

namespace lerl {

class ItemValuesImpl : public torch::nn::Module {
 public:
  ItemValuesImpl(torch::Tensor items, int64_t state_width, int64_t hidden);

  torch::Tensor forward(const torch::Tensor& states);     // float [..., S] -> [..., I]
  void Silence(int64_t encoded_width);                    // the context has no influence at first
  void Follow(const ItemValuesImpl& other, double rate);  // as Mlp's

 private:
  torch::Tensor items_;
  Mlp head_{nullptr};
  torch::Tensor bias_;
};
TORCH_MODULE(ItemValues);

// values float [..., I] with minus infinity where `allowed` bool [..., I] is 0. Undefined: all may
// be shown.
torch::Tensor MaskValues(const torch::Tensor& values, const torch::Tensor& allowed);

// What each shown item is credited with, float [B, T, K]: its response plus the part of the step's
// reward that responses do not explain, so that the mean over the slate is the step's reward.
torch::Tensor ItemRewards(const SessionBatch& batch);

}  // namespace lerl
