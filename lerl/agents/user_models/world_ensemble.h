#pragma once
// WorldEnsemble: M models of the response that say how sure they are: the world model of `dorl`
// (Gao et al., SIGIR 2023, arXiv 2307.04571; Lakshminarayanan et al. 2017). Include from .cc files
// only.
//
//   mu_m = sigmoid(x_m(u, i)),  v_m = z_m(u, i)       mean and log variance, agents/user_models/factor_model.h
//   L_m  = mean (y - mu_m)^2 exp(-v_m) + v_m + l2 |factors, biases|^2
//   reward       rhat = mean_m mu_m                   [0, 1]
//   uncertainty  variance      max_m exp(v_m)         the paper's: how far responses lie from mu
//                disagreement  variance over m of mu_m: how little the log says of (u, i)
// Members differ by their start and their order of rows.
//
// Differences: no sampled negatives by default, where the paper adds 5 with target 0 to each
// positive: our logs hold both answers, and a negative drawn among what was never shown teaches
// what is shown, the very effect that DORL is against (`negatives`).

#include <torch/torch.h>

#include <span>
#include <vector>

#include "lerl/agents/user_models/factor_model.h"

namespace lerl {

class WorldEnsembleImpl : public torch::nn::Module {
 public:
  WorldEnsembleImpl(const Dataset& dataset, const WorldEnsembleConfig& config);

  // Returns the mean loss of the last pass over the members.
  double Fit(const TrainingRows& rows, Rng& rng);

  struct Prediction {
    torch::Tensor reward, uncertainty;  // float [N]
  };
  Prediction Predict(const torch::Tensor& users, const torch::Tensor& items);

 private:
  struct Member {
    FactorModel mean, log_variance;
  };
  static torch::Tensor LogVariance(Member& member, const torch::Tensor& users,
                                   const torch::Tensor& items);
  TrainingRows WithNegatives(const TrainingRows& rows, Rng& rng) const;

  const WorldEnsembleConfig config_;
  const int64_t items_;
  std::vector<Member> members_;
};
TORCH_MODULE(WorldEnsemble);

}  // namespace lerl
