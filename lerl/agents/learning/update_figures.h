#pragma once
// Figures of an update, by which one sees whether an actor and a critic learn soundly; the names
// are those of what an agent reports (Agent::Diagnostics). Include from .cc files only.
//
//   explained_variance      1 - Var(R_t - V(s_t)) / Var(R_t)                                   (1)
//   kl_epoch_n              mean_t (exp(d_t) - 1 - d_t),     d_t = log pi - log pi_old         (2)
//   gradient_norm           mean of |g|
//   gradient_norm_clipped   mean of |g| min(1, max_gradient / (|g| + 1e-6))
//   sigma_min, sigma_max    ends of the range of the virtual item's sigma
//   updates                 number of gradient steps
//
//   R_t, V   returns and values at the weights before the update. (1) is 1 where the critic
//            foretold every return, 0 where it says no more than a constant does, below 0 where it
//            says less. Where all returns are alike there is nothing to explain, and (1) is 0
//   pi_old   policy before the update. (2) estimates KL(pi_old || pi) without bias and is never
//            negative (Schulman 2020, "Approximating KL divergence", k3). It is the mean over the
//            minibatches of the n-th pass, each at the weights before its own step
//   |g|      norm of the gradients of all parameters together (nn/adam.h); means over the steps
//   sigma    over all valid steps and entries, of the policy that played
//            (agents/learning/policy_head.h)
// Figures that an agent has not are left out: (2) of one without a ratio, sigma of `items`.

#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/base/ranks.h"
#include "lerl/nn/adam.h"
#include "lerl/nn/torch.h"

namespace lerl {

// Equation (1) over the valid entries; returns, values and valid are float of one shape.
double ExplainedVariance(const torch::Tensor& returns, const torch::Tensor& values,
                         const torch::Tensor& valid);

class UpdateFigures {
 public:
  void SetExplainedVariance(double value) { explained_variance_ = value; }
  // Widens the range by log sigma float [..., A] where valid float [...] is 1. An undefined
  // log sigma, of a policy that has none, is nothing.
  void AddSigma(const torch::Tensor& log_sigma, const torch::Tensor& valid);
  // Widens the range to that of all ranks.
  void JoinSigma(Ranks& ranks);
  void AddStep(const Adam& adam);  // the step that the optimiser has just made
  void AddEpoch(double kl) { kl_.push_back(kl); }

  UpdateStats Stats() const;

 private:
  double explained_variance_ = 0, norms_ = 0, clipped_norms_ = 0;
  double sigma_min_ = 0, sigma_max_ = 0;  // both 0: no sigma so far
  int64_t steps_ = 0;
  std::vector<double> kl_;
};

}  // namespace lerl
