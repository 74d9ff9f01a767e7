#include "lerl/agents/user_models/world_ensemble.h"

namespace lerl {

WorldEnsembleImpl::WorldEnsembleImpl(const Dataset& dataset, const WorldEnsembleConfig& config)
    : config_(config), items_(dataset.num_items()) {
  const torch::Tensor shares = CategoryShares(dataset);
  for (int64_t m = 0; m < config.members; ++m) {
    const auto make = [&](const std::string& name) {
      return register_module(name + std::to_string(m),
                             FactorModel(dataset.num_users(), shares, config.fit.factors));
    };
    FactorModel mean = make("mean"), log_variance = make("log_variance");
    members_.push_back({std::move(mean), std::move(log_variance)});
  }
}

// v_m, equation (2) of the header: its bounds keep exp(-v_m) from growing without limit.
torch::Tensor WorldEnsembleImpl::LogVariance(Member& member, const torch::Tensor& users,
                                             const torch::Tensor& items) {
  return member.log_variance->forward(users, items).clamp(-6, 2);
}

TrainingRows WorldEnsembleImpl::WithNegatives(const TrainingRows& rows, Rng& rng) const {
  TrainingRows out = rows;
  for (size_t row = 0; row < rows.users.size(); ++row) {
    for (int64_t n = 0; n < config_.negatives && rows.responses[row] > 0; ++n) {
      out.users.push_back(rows.users[row]);
      out.items.push_back(static_cast<int32_t>(rng.Below(static_cast<uint64_t>(items_))));
      out.responses.push_back(0);
    }
  }
  return out;
}

double WorldEnsembleImpl::Fit(const TrainingRows& rows, Rng& rng) {
  double sum = 0;
  for (Member& member : members_) {
    // 1. The rows, with drawn negatives where they are asked for.
    const TrainingRows all = WithNegatives(rows, rng);
    member.mean->SetMean(MeanLogit(all));
    // 2. Mean and log variance are fitted together, by L_m, equation (3).
    std::vector<torch::Tensor> parameters = member.mean->parameters();
    for (const torch::Tensor& p : member.log_variance->parameters()) parameters.push_back(p);
    sum += FitOnRows(all, config_.fit, parameters, rng, [&](const RowBatch& batch) {
      const torch::Tensor error =
          batch.responses - torch::sigmoid(member.mean->forward(batch.users, batch.items));
      const torch::Tensor v = LogVariance(member, batch.users, batch.items);
      return (error.square() * torch::exp(-v) + v).mean() +
             config_.fit.l2 * (member.mean->Size(batch.users, batch.items) +
                               member.log_variance->Size(batch.users, batch.items));
    });
  }
  return sum / static_cast<double>(members_.size());
}

WorldEnsembleImpl::Prediction WorldEnsembleImpl::Predict(const torch::Tensor& users,
                                                         const torch::Tensor& items) {
  const torch::NoGradGuard no_grad;
  // 1. mu_m and exp(v_m) of every member.
  std::vector<torch::Tensor> means, variances;
  for (Member& member : members_) {
    means.push_back(torch::sigmoid(member.mean->forward(users, items)));
    variances.push_back(LogVariance(member, users, items).exp());
  }
  // 2. rhat and P_U, equations (4) to (6).
  const torch::Tensor all = torch::stack(means);
  if (config_.uncertainty == "disagreement") return {all.mean(0), all.var(0, /*unbiased=*/false)};
  return {all.mean(0), std::get<0>(torch::stack(variances).max(0))};
}

}  // namespace lerl
