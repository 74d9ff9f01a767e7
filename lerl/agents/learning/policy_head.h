#pragma once
// PolicyHead: the stochastic policy of the policy-gradient agents, from a state to a slate. The
// setting `policy.kind` chooses one of two. Include from .cc files only.
//
// `virtual_item`, LERL's. A point in the space of item vectors is drawn:
//
//   z         ~ N(mu(s), sigma^2)                                                              (1)
//   log sigma = log sigma_0 + c + W s, kept within [-4, 1]                                     (2)
//   scores    = E z,     slate = top K inside the mask                                         (3)
//
//   E         item vectors [I, A], frozen
//   sigma_0   the setting policy.sigma
//   c, W      learned, both from 0; W s is left out unless state_sigma is set
// The map from z to the slate belongs to the environment, so the density of z is exact.
//
// `items`. The slate's items are drawn (Plackett-Luce):
//
//   l_i   = E_i . mu(s) + b_i                                                                  (4)
//   slate = K draws without replacement from the softmax of l inside the mask                  (5)
//   log p = sum_k [ l_ik - log sum_j exp(l_j) ],     j over the items left before draw k       (6)
//
// A draw adds Gumbel noise to l and takes the top K (Kool et al. 2019, arXiv 1903.06059). With
// `published_density` log p is the mean over the slate of log softmax(l)_ik.
//
// Without exploration both show the top K at the mode.

#include <torch/torch.h>

#include <span>

#include "lerl/agents/agent.h"
#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/learning/session_batch.h"
#include "lerl/nn/mlp.h"

namespace lerl {

// log p of slates int64 [..., K], equation (6), under logits float [..., I] with minus infinity
// outside the mask. The items of the slates are inside it. Returns float [...].
torch::Tensor PlackettLuce(const torch::Tensor& logits, const torch::Tensor& slates);

struct PolicyDensity {
  torch::Tensor log_density;  // float [B, T] of what was played
  torch::Tensor entropy;  // float [B, T]; of virtual_item without its constant: sum of log sigma
};

class PolicyHeadImpl : public torch::nn::Module {
 public:
  // `item_vectors` E float [I, A]; states have S = `state_width` entries.
  PolicyHeadImpl(const PolicyConfig& config, torch::Tensor item_vectors, int64_t state_width);

  bool draws_items() const { return config_.kind == "items"; }
  int64_t action_width() const { return draws_items() ? 0 : items_.size(1); }
  // Sets to 0 the weights on the context, which is what follows the first `encoded_width` entries
  // of a state, so that the encoded history alone decides at first.
  void Silence(int64_t encoded_width);

  // The density of what the batch's sessions played, in states float [B, T, S]. `offset` float
  // [B, T, I], where given, is what another level of the policy adds to the items' scores
  // (agents/her4if.h).
  PolicyDensity Density(const torch::Tensor& states, const SessionBatch& batch,
                        const torch::Tensor& offset = {});
  // Writes the scores [n, I] and the actions [n, A] of n observations with states float [n, S] and,
  // where given, offset [n, I].
  void Decide(const torch::Tensor& states, std::span<const Observation> observations, bool explore,
              std::span<float> scores, std::span<float> actions, const torch::Tensor& offset = {});
  // The mean cross entropy of sigmoid(l_i) against the first behaviour to what each valid step
  // showed, where l_i is the score of item i at mu(s), in states float [B, T + 1, S]. Undefined
  // without a valid step.
  torch::Tensor ResponseLoss(const torch::Tensor& states, const SessionBatch& batch);
  torch::Tensor Mu(const torch::Tensor& states) { return actor_->forward(states); }

 private:
  // Scores [N] of given items int64 [N] at mu float [N, A]; likewise of all items.
  torch::Tensor Logits(const torch::Tensor& mu, const torch::Tensor& items) const;
  torch::Tensor AllLogits(const torch::Tensor& mu) const;  // [..., A] -> [..., I]
  torch::Tensor LogSigma(const torch::Tensor& states);     // equation (2)

  const PolicyConfig config_;
  torch::Tensor items_;
  Mlp actor_{nullptr};
  torch::nn::Linear sigma_{nullptr};
  torch::Tensor log_sigma_, bias_;
};
TORCH_MODULE(PolicyHead);

}  // namespace lerl
