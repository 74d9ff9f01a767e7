#pragma once
// ExposureModel: the causal user model of `cirs` (Gao et al., TOIS 42(1), 2023, arXiv 2204.01266):
// satisfaction is interest, divided by what overexposure takes away. Include from .cc files only.
//
//   y_ui = sigmoid(x_ui)                              interest                                 (1)
//   e_t  = g alpha_u beta_i S_t(i)                    exposure effect                          (2)
//   r_t  = y_ui / (1 + e_t)                           satisfaction, in [0, 1]                  (3)
//   L    = mean (r_t - response)^2
//          + lambda (mean (alpha_u - 1)^2 + mean (beta_i - 1)^2)
//          + l2 |factors, biases|^2
//          - c mean_{liked rows} log sigmoid(x_ui - x_uj)                                      (4)
//
//   x_ui      number for a user and an item (agents/user_models/factor_model.h)
//   S_t(i)    exposure to items like i (agents/user_models/exposure.h)
//   alpha_u   sensitivity of the user; it starts at 1, and counts as 0 where it falls below
//   beta_i    unendurableness of the item; it starts at 1, and counts as 0 where it falls below
//   g         strength of the effect, above 0; it starts at 1
//   j         an item drawn uniformly
//   c         the setting pairwise
// Means are over the rows of a batch. The policy side fits the model on the training rows of the
// log; it never sees the simulator.
//
// Differences from the paper:
//   - Interest is a probability, because our main response is 0 or 1; the paper's watch ratio is
//     not bounded.
//   - g is learned, so that a log without the effect gives a model without it. In the paper g is 1,
//     as with `learn_strength = false`.
//   - The item j is drawn; the public code takes the next free id.
//   - c is 0 by default (paper: 1). Logs that hold dislikes tell interest by themselves, and a pair
//     with an item that the user was never shown teaches what is shown.

#include <span>

#include "lerl/agents/user_models/factor_model.h"
#include "lerl/agents/user_models/user_model.h"
#include "lerl/nn/torch.h"

namespace lerl {

class ExposureModelImpl : public torch::nn::Module {
 public:
  ExposureModelImpl(const Dataset& dataset, const ExposureModelConfig& config, int slate);

  // Fits the model on the rows and returns the mean loss of the last pass.
  double Fit(const TrainingRows& rows, Rng& rng);

  torch::Tensor Interest(const torch::Tensor& users, const torch::Tensor& items) {
    return torch::sigmoid(interest_->forward(users, items));
  }
  // e float [N], equation (2), of users and items int64 [N] with exposures S float [N].
  torch::Tensor Effect(const torch::Tensor& users, const torch::Tensor& items,
                       const torch::Tensor& exposure);
  // r [n, K], equation (3), of n slates of one size, with the effect e multiplied by `factor`.
  torch::Tensor Satisfaction(std::span<const ImaginedSlate> slates, double factor = 1);
  double strength() const { return log_strength_.exp().item<double>(); }

 private:
  torch::Tensor ExposureOfRows(const TrainingRows& rows) const;  // S float [N]

  const Dataset& dataset_;
  const ExposureModelConfig config_;
  const int slate_;
  FactorModel interest_{nullptr};
  torch::Tensor alpha_, beta_;  // alpha - 1 [U] and beta - 1 [I]
  torch::Tensor log_strength_;  // log g [1]
};
TORCH_MODULE(ExposureModel);

}  // namespace lerl
