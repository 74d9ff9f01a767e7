#pragma once
// The stochastic policy of the policy-gradient agents: from a state to a slate.
//
//   virtual_item  z ~ N(mu(s), sigma^2) in the space of item vectors, scores = E z, the slate is
//   the
//                 top K inside the mask (LERL). The map from z to the slate belongs to the
//                 environment, so the density of z is exact. sigma = exp(log_sigma + W s), W = 0
//                 unless state_sigma.
//   items         softmax over l_i = E_i mu(s) + b_i inside the mask, K draws without replacement
//                 (Plackett-Luce). Sampled by adding Gumbel noise to l and taking the top K (Kool
//                 et al. 2019, arXiv 1903.06059). log p = sum_k [l_ik - log sum over the items
//                 left]; with `published_density` the mean over the slate of log softmax(l)_ik.
// Without exploration both show the top K at the mode. Include from .cc files only.

#include <torch/torch.h>

#include <span>

#include "lerl/agents/agent.h"
#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/learning/session_batch.h"
#include "lerl/nn/mlp.h"

namespace lerl {

// log p(slates | logits) under Plackett-Luce, [...]; logits float [..., I] with minus infinity
// outside the mask, slates int64 [..., K] of items inside it.
torch::Tensor PlackettLuce(const torch::Tensor& logits, const torch::Tensor& slates);

struct PolicyDensity {
  torch::Tensor log_density;  // float [B, T] of what was done
  torch::Tensor entropy;  // float [B, T]; virtual_item: sum of log sigma (entropy but a constant)
};

class PolicyHeadImpl : public torch::nn::Module {
 public:
  // E float [I, A]; states [.., S] of which the first `encoded_width` are the encoded history.
  PolicyHeadImpl(const PolicyConfig& config, torch::Tensor item_vectors, int64_t state_width);

  bool draws_items() const { return config_.kind == "items"; }
  int64_t action_width() const { return draws_items() ? 0 : items_.size(1); }
  void Silence(int64_t encoded_width);  // the context has no influence at first

  // states float [B, T, S] of the batch's steps. `offset` float [B, T, I], where given, is added to
  // the items' scores: what another level of the policy adds (agents/her4if.h).
  PolicyDensity Density(const torch::Tensor& states, const SessionBatch& batch,
                        const torch::Tensor& offset = {});
  // states float [n, S] of the observations, offset [n, I] -> scores [n, I], actions [n, A].
  void Decide(const torch::Tensor& states, std::span<const Observation> observations, bool explore,
              std::span<float> scores, std::span<float> actions, const torch::Tensor& offset = {});
  // Cross entropy of sigmoid(l_i) against the first response to what each valid step showed, l_i
  // the logit of item i at mu(s); states float [B, T + 1, S]. Not defined without a valid step.
  torch::Tensor ResponseLoss(const torch::Tensor& states, const SessionBatch& batch);
  torch::Tensor Mu(const torch::Tensor& states) { return actor_->forward(states); }

 private:
  // Logits of given items int64 [N] at mu float [N, A]: [N].
  torch::Tensor Logits(const torch::Tensor& mu, const torch::Tensor& items) const;
  torch::Tensor AllLogits(const torch::Tensor& mu) const;  // [..., A] -> [..., I]
  torch::Tensor LogSigma(const torch::Tensor& states);

  const PolicyConfig config_;
  torch::Tensor items_;
  Mlp actor_{nullptr};
  torch::nn::Linear sigma_{nullptr};
  torch::Tensor log_sigma_, bias_;
};
TORCH_MODULE(PolicyHead);

}  // namespace lerl
