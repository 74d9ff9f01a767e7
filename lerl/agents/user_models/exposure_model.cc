#include "lerl/agents/user_models/exposure_model.h"

#include "lerl/agents/user_models/exposure.h"
#include "lerl/base/index.h"

namespace lerl {

ExposureModelImpl::ExposureModelImpl(const Dataset& dataset, const ExposureModelConfig& config,
                                     int slate)
    : dataset_(dataset), config_(config), slate_(slate) {
  interest_ = register_module(
      "interest", FactorModel(dataset.num_users(), CategoryShares(dataset), config.fit.factors));
  alpha_ = register_parameter("alpha", torch::zeros({dataset.num_users()}));
  beta_ = register_parameter("beta", torch::zeros({dataset.num_items()}));
  log_strength_ = register_parameter("log_strength", torch::zeros({1}),
                                     /*requires_grad=*/config.learn_strength);
}

torch::Tensor ExposureModelImpl::Effect(const torch::Tensor& users, const torch::Tensor& items,
                                        const torch::Tensor& exposure) {
  const torch::Tensor alpha = (alpha_.index_select(0, users) + 1).clamp_min(0),
                      beta = (beta_.index_select(0, items) + 1).clamp_min(0);
  return log_strength_.exp() * alpha * beta * exposure;
}

// The rows of a user are cut into turns of K from the first row on.
torch::Tensor ExposureModelImpl::ExposureOfRows(const TrainingRows& rows) const {
  const size_t count = rows.users.size();
  torch::Tensor out = torch::zeros({static_cast<int64_t>(count)});
  float* exposure = out.data_ptr<float>();
  const auto k = At(slate_);
  size_t first = 0;
  for (size_t row = 0; row < count; ++row) {
    if (rows.users[row] != rows.users[first]) first = row;
    const size_t before = (row - first) / k * k;
    exposure[row] = static_cast<float>(Exposure(
        dataset_, rows.items[row], {rows.items.data() + first, before}, slate_, config_.tau));
  }
  return out;
}

double ExposureModelImpl::Fit(const TrainingRows& rows, Rng& rng) {
  // 1. The exposure S before every row; it holds no parameters.
  const torch::Tensor exposure = ExposureOfRows(rows);
  interest_->SetMean(MeanLogit(rows));
  // 2. The loss of a batch of rows, equation (4) of the header.
  return FitOnRows(rows, config_.fit, parameters(), rng, [&](const RowBatch& batch) {
    const torch::Tensor x = interest_->forward(batch.users, batch.items);
    const torch::Tensor e = Effect(batch.users, batch.items, exposure.index_select(0, batch.index));
    torch::Tensor loss = (torch::sigmoid(x) / (1 + e) - batch.responses).square().mean();
    loss = loss + config_.lambda * (alpha_.index_select(0, batch.users).square().mean() +
                                    beta_.index_select(0, batch.items).square().mean());
    loss = loss + config_.fit.l2 * interest_->Size(batch.users, batch.items);
    if (config_.pairwise == 0) return loss;
    // The pairwise term: liked items above drawn ones.
    torch::Tensor drawn = torch::empty_like(batch.items);
    for (int64_t n = 0; n < drawn.size(0); ++n)
      drawn.data_ptr<int64_t>()[n] =
          static_cast<int64_t>(rng.Below(static_cast<uint64_t>(dataset_.num_items())));
    const torch::Tensor above = torch::log_sigmoid(x - interest_->forward(batch.users, drawn));
    return loss -
           config_.pairwise * (above * batch.responses).sum() / batch.responses.sum().clamp_min(1);
  });
}

torch::Tensor ExposureModelImpl::Satisfaction(std::span<const ImaginedSlate> slates,
                                              double factor) {
  const torch::NoGradGuard no_grad;
  const auto n = std::ssize(slates);
  // 1. Every shown item with its exposure to what the session has shown before.
  std::vector<int64_t> users, items;
  std::vector<float> exposure;
  for (const ImaginedSlate& shown : slates) {
    for (const int32_t item : shown.items) {
      users.push_back(shown.user);
      items.push_back(item);
      exposure.push_back(
          static_cast<float>(Exposure(dataset_, item, shown.before, slate_, config_.tau)));
    }
  }
  // 2. Satisfaction of each, equations (2) and (3) of the header.
  const torch::Tensor u = torch::tensor(users, torch::kInt64),
                      i = torch::tensor(items, torch::kInt64);
  const torch::Tensor e = factor * Effect(u, i, torch::tensor(exposure));
  return (Interest(u, i) / (1 + e)).view({n, -1});
}

}  // namespace lerl
