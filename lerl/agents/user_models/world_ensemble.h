#pragma once
// WorldEnsemble: M models of the response that say how sure they are, the world model of `dorl`
// (Gao et al., SIGIR 2023, arXiv 2307.04571; Lakshminarayanan et al. 2017). Include from .cc files
// only.
//
//   mu_m   = sigmoid(x_m(u, i))                              mean of member m                  (1)
//   v_m    = z_m(u, i), kept within [-6, 2]                  its log variance                  (2)
//   L_m    = mean [ (y - mu_m)^2 exp(-v_m) + v_m ] + l2 |factors, biases|^2                    (3)
//   rhat   = mean_m mu_m                                     reward, in [0, 1]                 (4)
//   P_U    = max_m exp(v_m)                                  `variance`                        (5)
//            variance over m of mu_m                         `disagreement`                    (6)
//
//   x_m, z_m   two factor models of member m (agents/user_models/factor_model.h)
//   y          response of a row
//   P_U        uncertainty, by the setting `uncertainty`: `variance`, the paper's, says how far
//              responses lie from mu; `disagreement` says how little the log holds of (u, i)
// Members differ by their start and by the order of their rows.
//
// Difference from the paper: by default no negatives are sampled. The paper adds 5 items with
// target 0 to each positive. Our logs hold both answers, and a negative drawn among what was never
// shown teaches what is shown, the very effect that DORL is against (`negatives`).

#include <span>
#include <vector>

#include "lerl/agents/user_models/factor_model.h"
#include "lerl/nn/torch.h"

namespace lerl {

class WorldEnsembleImpl : public torch::nn::Module {
 public:
  WorldEnsembleImpl(const Dataset& dataset, const WorldEnsembleConfig& config);

  // Fits each member on the rows. Returns the loss of the last pass, mean over rows and members.
  double Fit(const TrainingRows& rows, Rng& rng);

  struct Prediction {
    torch::Tensor reward, uncertainty;  // rhat and P_U, float [N]
  };
  // Of users and items int64 [N].
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
