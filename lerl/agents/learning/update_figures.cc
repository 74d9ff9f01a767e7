#include "lerl/agents/learning/update_figures.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "lerl/base/index.h"

namespace lerl {
namespace {

// The variance of x over the valid entries.
double VarianceOver(const torch::Tensor& x, const torch::Tensor& valid) {
  const torch::Tensor counted = x.detach().to(torch::kDouble).masked_select(valid > 0);
  return counted.numel() == 0 ? 0 : (counted - counted.mean()).square().mean().item<double>();
}

}  // namespace

double ExplainedVariance(const torch::Tensor& returns, const torch::Tensor& values,
                         const torch::Tensor& valid) {
  const double variance = VarianceOver(returns, valid);
  return variance == 0 ? 0 : 1 - VarianceOver(returns - values, valid) / variance;
}

void UpdateFigures::AddSigma(const torch::Tensor& log_sigma, const torch::Tensor& valid) {
  if (!log_sigma.defined()) return;
  const torch::Tensor counted =
      log_sigma.detach().flatten(0, -2).index_select(0, valid.flatten().nonzero().squeeze(-1));
  if (counted.numel() == 0) return;
  const double low = std::exp(counted.min().item<double>());
  const double high = std::exp(counted.max().item<double>());
  sigma_min_ = sigma_min_ == 0 ? low : std::min(sigma_min_, low);
  sigma_max_ = std::max(sigma_max_, high);
}

void UpdateFigures::JoinSigma(Ranks& ranks) {
  // Each rank has two places in a row that is 0 elsewhere, so that a sum brings them together.
  std::vector<double> ends(At(2 * ranks.size()));
  ends[At(2 * ranks.rank())] = sigma_min_, ends[At(2 * ranks.rank() + 1)] = sigma_max_;
  ranks.Sum(std::span<double>(ends));
  for (size_t rank = 0; rank < ends.size(); rank += 2) {
    if (ends[rank + 1] == 0) continue;
    sigma_min_ = sigma_max_ == 0 ? ends[rank] : std::min(sigma_min_, ends[rank]);
    sigma_max_ = std::max(sigma_max_, ends[rank + 1]);
  }
}

void UpdateFigures::AddStep(const Adam& adam) {
  norms_ += adam.gradient_norm();
  clipped_norms_ += adam.clipped_gradient_norm();
  ++steps_;
}

UpdateStats UpdateFigures::Stats() const {
  UpdateStats stats = {{"explained_variance", explained_variance_}};
  for (size_t n = 0; n < kl_.size(); ++n)
    stats.emplace_back("kl_epoch_" + std::to_string(n + 1), kl_[n]);
  const auto steps = static_cast<double>(std::max<int64_t>(steps_, 1));
  stats.emplace_back("gradient_norm", norms_ / steps);
  stats.emplace_back("gradient_norm_clipped", clipped_norms_ / steps);
  if (sigma_max_ > 0) {
    stats.emplace_back("sigma_min", sigma_min_);
    stats.emplace_back("sigma_max", sigma_max_);
  }
  stats.emplace_back("updates", static_cast<double>(steps_));
  return stats;
}

}  // namespace lerl
