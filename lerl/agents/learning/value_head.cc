#include "lerl/agents/learning/value_head.h"

#include <algorithm>
#include <cmath>

namespace lerl {

torch::Tensor ValueHead::Values(const torch::Tensor& states) {
  const torch::Tensor values = mlp_->forward(states).squeeze(-1);
  return rate_ == 0 ? values : values * spread() + mean_;
}

void ValueHead::Follow(const torch::Tensor& returns, const torch::Tensor& valid) {
  if (rate_ == 0) return;
  // (2)
  const torch::Tensor r = returns.to(torch::kDouble), steps = valid.to(torch::kDouble).sum();
  const double mean = ((r * valid).sum() / steps).item<double>(),
               square = ((r.square() * valid).sum() / steps).item<double>();
  const double share = started_ ? rate_ : 1, old_mean = mean_, old_spread = spread();
  started_ = true;
  mean_ += share * (mean - mean_);
  square_ += share * (square - square_);
  // (3)
  mlp_->ChangeOutput(old_spread / spread(), (old_mean - mean_) / spread());
}

double ValueHead::spread() const {
  return std::max(std::sqrt(std::max(square_ - mean_ * mean_, 0.0)), kSmallestSpread);
}

void ValueHead::Save(const std::string& name, Arrays& arrays) const {
  if (rate_ == 0) return;
  arrays[name] = Array::Of(std::vector<double>{mean_, square_, started_ ? 1.0 : 0.0});
}

void ValueHead::Load(const std::string& name, const Arrays& arrays) {
  if (rate_ == 0) return;
  const auto values = ReadValues<double>(arrays, name, {3});
  mean_ = values[0], square_ = values[1], started_ = values[2] != 0;
}

}  // namespace lerl
