#include "lerl/agents/learning/policy_loss.h"

namespace lerl {

torch::Tensor CountOf(const torch::Tensor& valid, const WholeMinibatch& whole) {
  return (whole.valid.defined() ? whole.valid : valid).sum();
}

torch::Tensor Standardise(const torch::Tensor& x, const torch::Tensor& valid,
                          const WholeMinibatch& whole) {
  const bool part = whole.valid.defined();
  const torch::Tensor &all = part ? whole.advantage : x, &counted = part ? whole.valid : valid;
  const torch::Tensor count = counted.sum(), mean = (all * counted).sum() / count;
  const torch::Tensor centred = all - mean;
  return (part ? x - mean : centred) / (((centred.square() * counted).sum() / count).sqrt() + 1e-8);
}

PolicyLoss ComputePolicyLoss(const PolicyLossInput& input, const PolicyLossConfig& config) {
  const torch::Tensor count = CountOf(input.valid, input.whole);
  const auto mean = [&](const torch::Tensor& x) { return (x * input.valid).sum() / count; };
  const torch::Tensor advantage =
      config.standardise ? Standardise(input.advantage, input.valid, input.whole) : input.advantage;
  const torch::Tensor policy = -mean(advantage * input.log_density);
  const torch::Tensor value = mean((input.value - input.target).square());
  const torch::Tensor entropy = mean(input.entropy);
  return {policy + config.value_weight * value - config.entropy_weight * entropy,
          policy.item<double>(), value.item<double>(), entropy.item<double>()};
}

}  // namespace lerl
