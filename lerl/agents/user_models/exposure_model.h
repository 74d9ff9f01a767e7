#pragma once
// ExposureModel: the causal user model of `cirs` (Gao et al., TOIS 42(1), 2023, arXiv 2204.01266):
// satisfaction is interest, divided by what overexposure takes away. Include from .cc files only.
//
//   y_ui   = sigmoid(x_ui)                            interest; x by agents/user_models/factor_model.h
//   e_t    = g alpha_u beta_i S_t(i)                  exposure effect; S by agents/user_models/exposure.h
//   r_t    = y_ui / (1 + e_t)                         satisfaction, [0, 1]
//   L = mean (r - response)^2 - c mean_{liked rows} log sigma(x_ui - x_ui-)
//       + lambda (mean (alpha_u - 1)^2 + mean (beta_i - 1)^2) + l2 |factors, biases|^2
// alpha_u, beta_i >= 0 start at 1; i- is an item drawn uniformly. Fitted on the training rows of
// the log alone, by the policy side; it never sees the simulator.
//
// Differences: interest is a probability, since our main response is 0 or 1 (the paper's watch
// ratio is not bounded); the strength g > 0 is learned, from 1, so that a log without the effect
// gives a model without it (g fixed at 1 in the paper: `learn_strength = false`); the negative item
// is drawn, where the public code takes the next free id; its weight c is a setting, 0 by default,
// as logs that hold dislikes tell interest by themselves and a pair with an item that the user was
// never shown teaches what is shown (paper: 1).

#include <torch/torch.h>

#include <span>

#include "lerl/agents/user_models/factor_model.h"
#include "lerl/agents/user_models/imagined_sessions.h"

namespace lerl {

class ExposureModelImpl : public torch::nn::Module {
 public:
  ExposureModelImpl(const Dataset& dataset, const ExposureModelConfig& config, int slate);

  // Returns the mean loss of the last pass.
  double Fit(const TrainingRows& rows, Rng& rng);

  torch::Tensor Interest(const torch::Tensor& users, const torch::Tensor& items) {
    return torch::sigmoid(interest_->forward(users, items));
  }
  // users, items int64 [N], S float [N] -> e float [N].
  torch::Tensor Effect(const torch::Tensor& users, const torch::Tensor& items,
                       const torch::Tensor& exposure);
  // r [n, K] of n slates of one size; the effect is multiplied by `factor`.
  torch::Tensor Satisfaction(std::span<const ImaginedSlate> slates, double factor = 1);
  double strength() const { return log_strength_.exp().item<double>(); }

 private:
  torch::Tensor ExposureOfRows(const TrainingRows& rows) const;  // S float [N]

  const Dataset& dataset_;
  const ExposureModelConfig config_;
  const int slate_;
  FactorModel interest_{nullptr};
  torch::Tensor alpha_, beta_;  // less 1: [U], [I]
  torch::Tensor log_strength_;  // [1]
};
TORCH_MODULE(ExposureModel);

}  // namespace lerl
