#include "lerl/agents/learning/policy_loss.h"

namespace lerl {

torch::Tensor Standardise(const torch::Tensor& x, const torch::Tensor& valid) {
  const torch::Tensor count = valid.sum();
  const torch::Tensor centred = x - (x * valid).sum() / count;
  return centred / (((centred.square() * valid).sum() / count).sqrt() + 1e-8);
}

PolicyLoss ComputePolicyLoss(const PolicyLossInput& input, const PolicyLossConfig& config) {
  const torch::Tensor count = input.valid.sum();
  const auto mean = [&](const torch::Tensor& x) { return (x * input.valid).sum() / count; };
  const torch::Tensor advantage =
      config.standardise ? Standardise(input.advantage, input.valid) : input.advantage;
  const torch::Tensor policy = -mean(advantage * input.log_density);
  const torch::Tensor value = mean((input.value - input.target).square());
  const torch::Tensor entropy = mean(input.entropy);
  return {policy + config.value_weight * value - config.entropy_weight * entropy,
          policy.item<double>(), value.item<double>(), entropy.item<double>()};
}

}  // namespace lerl
