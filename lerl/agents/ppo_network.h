#pragma once
// The networks of the `ppo` agent: state encoder, actor and critic. Include from .cc files only.
//
//   e_t    = CausalTransformer(W tokens)_t                           [D]
//   s_t    = [e_t, plan (C), dominant categories (C), budget (1)]    each part has a switch
//   mu     = MLP_actor(s_t)                                          [A], A = width of E
//   sigma  = exp(log_sigma + W_sigma s_t)    from `sigma` on; W_sigma = 0 unless state_sigma
//   V      = MLP_critic(s_t)

#include <torch/torch.h>

#include "lerl/agents/ppo_config.h"
#include "lerl/nn/causal_transformer.h"

namespace lerl {

struct PpoShape {
  int64_t token_width = 0;  // of SessionTokens
  int64_t categories = 0;   // C
  int64_t action = 0;       // A
};

struct PolicyOutput {
  torch::Tensor mu;         // float [..., A]
  torch::Tensor log_sigma;  // float [..., A]
  torch::Tensor value;      // float [...]
};

class PpoNetworkImpl : public torch::nn::Module {
 public:
  PpoNetworkImpl(const PpoConfig& config, const PpoShape& shape);

  // tokens float [B, L, token_width] -> e float [B, L, D].
  torch::Tensor Encode(const torch::Tensor& tokens);
  // tokens float [..., token_width] -> what the Transformer takes in, float [..., D].
  torch::Tensor Embed(const torch::Tensor& tokens) { return embed_->forward(tokens); }
  // encoded float [..., D], context float [..., 2 C + 1] (plan, dominant, budget).
  PolicyOutput Heads(const torch::Tensor& encoded, const torch::Tensor& context);

  // log N(action; mu, sigma^2), summed over A: [...].
  static torch::Tensor LogDensity(const PolicyOutput& policy, const torch::Tensor& action);

  // The context's columns start without influence: the first policy follows the state alone.
  void SilenceContext();

 private:
  const PpoConfig config_;
  torch::nn::Linear embed_{nullptr}, sigma_{nullptr};
  torch::nn::Sequential actor_{nullptr}, critic_{nullptr};
  CausalTransformer encoder_{nullptr};
  torch::Tensor log_sigma_, context_switch_;
};
TORCH_MODULE(PpoNetwork);

}  // namespace lerl
