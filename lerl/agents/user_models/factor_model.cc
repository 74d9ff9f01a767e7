#include "lerl/agents/user_models/factor_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/math.h"
#include "lerl/nn/adam.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

torch::Tensor ToIndex(const std::vector<int32_t>& values) {
  return torch::tensor(std::vector<int64_t>(values.begin(), values.end()), torch::kInt64);
}

}  // namespace

torch::Tensor CategoryShares(const Dataset& dataset) {
  torch::Tensor shares = torch::zeros({dataset.num_items(), dataset.num_categories()});
  float* row = shares.data_ptr<float>();
  for (int64_t item = 0; item < dataset.num_items(); ++item, row += dataset.num_categories()) {
    const std::span<const int32_t> categories = dataset.CategoriesOf(item);
    for (const int32_t c : categories) row[c] = 1 / static_cast<float>(categories.size());
  }
  return shares;
}

FactorModelImpl::FactorModelImpl(int64_t users, const torch::Tensor& category_shares,
                                 int64_t factors)
    : shares_(category_shares) {
  const int64_t items = shares_.size(0), categories = shares_.size(1);
  mean_ = register_parameter("mean", torch::zeros({1}));
  user_bias_ = register_parameter("user_bias", torch::zeros({users}));
  item_bias_ = register_parameter("item_bias", torch::zeros({items}));
  category_bias_ = register_parameter("category_bias", torch::zeros({categories}));
  user_factors_ = register_parameter("user_factors", torch::zeros({users, factors}));
  item_factors_ = register_parameter("item_factors", torch::zeros({items, factors}));
  category_factors_ = register_parameter("category_factors", torch::zeros({categories, factors}));
}

void FactorModelImpl::SetMean(double value) {
  const torch::NoGradGuard no_grad;
  mean_.fill_(value);
}

torch::Tensor FactorModelImpl::forward(const torch::Tensor& users, const torch::Tensor& items) {
  // q_i of equation (2) and the sum of all biases of equations (1) and (3).
  const torch::Tensor g = shares_.index_select(0, items);
  const torch::Tensor q = item_factors_.index_select(0, items) + torch::mm(g, category_factors_);
  const torch::Tensor biases = user_bias_.index_select(0, users) +
                               item_bias_.index_select(0, items) + torch::mv(g, category_bias_);
  return mean_ + biases + (user_factors_.index_select(0, users) * q).sum(-1);
}

torch::Tensor FactorModelImpl::Size(const torch::Tensor& users, const torch::Tensor& items) {
  return user_factors_.index_select(0, users).square().sum(-1).mean() +
         item_factors_.index_select(0, items).square().sum(-1).mean() +
         user_bias_.index_select(0, users).square().mean() +
         item_bias_.index_select(0, items).square().mean();
}

double MeanLogit(const TrainingRows& rows) {
  const double sum = std::accumulate(rows.responses.begin(), rows.responses.end(), 0.0);
  const double mean = (sum + 0.5) / (static_cast<double>(rows.responses.size()) + 1);
  return std::clamp(LogOdds(mean), -5.0, 5.0);
}

double FitOnRows(const TrainingRows& rows, const FactorFitConfig& config,
                 std::vector<torch::Tensor> parameters, Rng& rng,
                 const std::function<torch::Tensor(const RowBatch&)>& loss) {
  const torch::Tensor users = ToIndex(rows.users), items = ToIndex(rows.items),
                      responses = torch::tensor(rows.responses);
  Adam adam(std::move(parameters), config.rate, /*epsilon=*/1e-8);
  std::vector<int64_t> order(rows.users.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  double sum = 0;
  for (int64_t epoch = 0; epoch < config.epochs; ++epoch) {
    rng.Shuffle(std::span(order));
    sum = 0;
    const torch::Tensor all = torch::tensor(order, torch::kInt64);
    for (const torch::Tensor& index : all.split(config.batch)) {
      adam.ClearGradients();
      const torch::Tensor now =
          loss({index, users.index_select(0, index), items.index_select(0, index),
                responses.index_select(0, index)});
      now.backward();
      adam.Step();
      sum += now.item<double>() * static_cast<double>(index.size(0));
    }
  }
  return order.empty() ? 0 : sum / static_cast<double>(order.size());
}

}  // namespace lerl
