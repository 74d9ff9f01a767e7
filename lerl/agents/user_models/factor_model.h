#pragma once
// FactorModel: a number for a user and an item, as a module that other losses than a likelihood can
// train (agents/user_models/exposure_model.h, agents/user_models/world_ensemble.h). Include from .cc files only.
//
//   x_ui = m + b_u + c_i + p_u . q_i,      q_i = e_i + W g_i,  c_i = d_i + v . g_i
//   g_i: the categories of item i, shares that sum to 1 (all 0 without any)
// It stands where CIRS and DORL have a DeepFM: their second-order part with item features, without
// the network on top, which 100,000 rows don't feed. To fit logs by likelihood alone there is
// nn/matrix_factorisation.h.

#include <torch/torch.h>

#include <functional>

#include "lerl/agents/user_models/model_based_config.h"
#include "lerl/base/rng.h"
#include "lerl/data/training_rows.h"

namespace lerl {

// g [I, C] of a data set.
torch::Tensor CategoryShares(const Dataset& dataset);

class FactorModelImpl : public torch::nn::Module {
 public:
  FactorModelImpl(int64_t users, const torch::Tensor& category_shares, int64_t factors);

  void SetMean(double value);
  // users, items int64 [N] -> x float [N].
  torch::Tensor forward(const torch::Tensor& users, const torch::Tensor& items);
  // |p_u|^2 + |e_i|^2 + b_u^2 + d_i^2, mean over these rows.
  torch::Tensor Size(const torch::Tensor& users, const torch::Tensor& items);

 private:
  const torch::Tensor shares_;
  torch::Tensor mean_, user_bias_, item_bias_, user_factors_, item_factors_;
  torch::Tensor category_bias_, category_factors_;
};
TORCH_MODULE(FactorModel);

// Log odds of the mean response, within +-5.
double MeanLogit(const TrainingRows& rows);

// A part of the rows as tensors [N]; `index` int64 names them.
struct RowBatch {
  torch::Tensor index, users, items, responses;
};

// Minimises `loss` over the rows by Adam in an order that `rng` draws; returns the mean loss of the
// last pass.
double FitOnRows(const TrainingRows& rows, const FactorFitConfig& config,
                 std::vector<torch::Tensor> parameters, Rng& rng,
                 const std::function<torch::Tensor(const RowBatch&)>& loss);

}  // namespace lerl
