#pragma once
// PolicyHead: the stochastic policy of the policy-gradient agents, from a state to a slate. The
// setting `policy.kind` chooses one of two. Include from .cc files only.
//
// `virtual_item`, LERL's. A point in the space of item vectors is drawn:
//
//   z         ~ N(mu(s), sigma^2)                                                              (1)
//   log sigma = bend(log sigma_0 + c + W s)                                                    (2)
//   scores    = E z,     slate = top K inside the mask                                         (3)
//
//   E         item vectors [I, A], frozen
//   sigma_0   the setting policy.sigma
//   c, W      learned, both from 0; W s is left out unless state_sigma is set
//   bend(x)   x in [-4, 1]; beyond an end, at distance d, the end +- d / (1 + 2 d). So sigma lies
//             within [.011, 4.5], and its slope is never 0: a sigma that has run beyond an end
//             finds its way back. sigma_0 is within [.02, 2.7], where bend changes nothing
// The map from z to the slate belongs to the environment, so the density of z is exact.
//
// `items`. The slate's items are drawn (Plackett-Luce):
//
//   l_i   = E_i . mu(s) + b_i                                                                  (4)
//   slate = K draws without replacement from the softmax of l inside the mask                  (5)
//   log p = sum_k [ l_ik - log sum_j exp(l_j) ],     j over the items left before draw k       (6)
//   H     = sum_k H_k                                                                          (7)
//
//   H_k   entropy of draw k, which is from the softmax of l over the items left before it
// A draw adds Gumbel noise to l and takes the top K (Kool et al. 2019, arXiv 1903.06059). By the
// chain rule the mean of H over slates that are drawn is the entropy of (6), exactly; it is taken
// along the slate that was shown. With `published_density` log p is the mean over the slate of
// log softmax(l)_ik, and H the entropy of one such draw.
//
// Without exploration both show the top K at the mode.

#include <span>

#include "lerl/agents/agent.h"
#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/learning/session_batch.h"
#include "lerl/base/rng.h"
#include "lerl/nn/mlp.h"
#include "lerl/nn/torch.h"

namespace lerl {

struct PolicyDensity {
  torch::Tensor log_density;  // float [B, T] of what was played
  // float [B, T] of the distribution that this is the density of; of virtual_item without its
  // constant: sum of log sigma.
  torch::Tensor entropy;
  torch::Tensor log_sigma{};  // float [B, T, A] of virtual_item alone
};

// log p and H of slates int64 [..., K], equations (6) and (7), under logits float [..., I] with
// minus infinity outside the mask. The items of the slates are inside it. Returns float [...].
PolicyDensity PlackettLuce(const torch::Tensor& logits, const torch::Tensor& slates);
// Equation (2)'s bend of each entry.
torch::Tensor BendLogSigma(const torch::Tensor& x);

class PolicyHeadImpl : public torch::nn::Module {
 public:
  // `item_vectors` E float [I, A]; states have S = `state_width` entries.
  PolicyHeadImpl(const PolicyConfig& config, torch::Tensor item_vectors, int64_t state_width);

  bool draws_items() const { return config_.kind == "items"; }
  int64_t action_width() const { return draws_items() ? 0 : items_.size(1); }
  // Sets to 0 the weights on the context, which is what follows the first `encoded_width` entries
  // of a state, so that the encoded history alone decides at first.
  void Silence(int64_t encoded_width);

  // Draws the actor anew (agents/learning/orthogonal.h), likewise silent on the context.
  void InitialiseOrthogonal(int64_t encoded_width, Rng& rng);

  // The density of what the batch's sessions played, in states float [B, T, S]. `offset` float
  // [B, T, I], where given, is what another level of the policy adds to the items' scores
  // (agents/her4if.h).
  PolicyDensity Density(const torch::Tensor& states, const SessionBatch& batch,
                        const torch::Tensor& offset = {});
  // Writes the scores [n, I], where there is room for them, and the actions [n, A] of n
  // observations with states float [n, S] and, where given, offset [n, I].
  void Decide(const torch::Tensor& states, std::span<const Observation> observations, bool explore,
              std::span<float> scores, std::span<float> actions, const torch::Tensor& offset = {});
  // The mean cross entropy of sigmoid(l_i) against the first behaviour to what each valid step
  // showed, where l_i is the score of item i at mu(s), in states float [B, T + 1, S]. Undefined
  // without a valid step.
  torch::Tensor ResponseLoss(const torch::Tensor& states, const SessionBatch& batch);
  torch::Tensor Mu(const torch::Tensor& states) { return actor_->forward(states); }
  // The scores [..., I] of all items at mu(s), in states [..., S].
  torch::Tensor Scores(const torch::Tensor& states) { return AllLogits(Mu(states)); }

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
