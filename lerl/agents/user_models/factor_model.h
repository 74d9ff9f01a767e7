#pragma once
// FactorModel: a number for a user and an item, as a module that other losses than a likelihood can
// train (agents/user_models/exposure_model.h, agents/user_models/world_ensemble.h). Include from
// .cc files only.
//
//   x_ui = m + b_u + c_i + p_u . q_i                                                           (1)
//   q_i  = e_i + W g_i                                                                         (2)
//   c_i  = d_i + v . g_i                                                                       (3)
//
//   m          mean
//   b_u, d_i   biases of user and item
//   p_u, e_i   factors of user and item
//   g_i        shares of item i's categories, which sum to 1 (all 0 for an item without any)
//   W, v       factors and biases of the categories
// It stands where CIRS and DORL have a DeepFM. It is their second-order part with item features,
// without the network on top, for which 100,000 rows are too few. To fit logs by likelihood alone
// there is nn/matrix_factorisation.h.

#include <functional>

#include "lerl/agents/user_models/model_based_config.h"
#include "lerl/base/rng.h"
#include "lerl/data/training_rows.h"
#include "lerl/nn/torch.h"

namespace lerl {

// The shares g [I, C] of the items of a data set.
torch::Tensor CategoryShares(const Dataset& dataset);

class FactorModelImpl : public torch::nn::Module {
 public:
  FactorModelImpl(int64_t users, const torch::Tensor& category_shares, int64_t factors);

  void SetMean(double value);  // m
  // x float [N], equation (1), of users and items int64 [N].
  torch::Tensor forward(const torch::Tensor& users, const torch::Tensor& items);
  // The mean of |p_u|^2 + |e_i|^2 + b_u^2 + d_i^2 over these rows: what l2 weighs in losses.
  torch::Tensor Size(const torch::Tensor& users, const torch::Tensor& items);

 private:
  const torch::Tensor shares_;
  torch::Tensor mean_, user_bias_, item_bias_, user_factors_, item_factors_;
  torch::Tensor category_bias_, category_factors_;
};
TORCH_MODULE(FactorModel);

// Log odds of the mean response of the rows, kept within [-5, 5].
double MeanLogit(const TrainingRows& rows);

// A part of the rows as tensors [N]; `index` int64 holds their places among all rows.
struct RowBatch {
  torch::Tensor index, users, items, responses;
};

// Minimises `loss` over the rows by Adam in an order that `rng` draws; returns the mean loss of the
// last pass.
double FitOnRows(const TrainingRows& rows, const FactorFitConfig& config,
                 std::vector<torch::Tensor> parameters, Rng& rng,
                 const std::function<torch::Tensor(const RowBatch&)>& loss);

}  // namespace lerl
