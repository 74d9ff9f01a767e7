#include "lerl/agents/learning/ppo_loss.h"

#include "lerl/base/check.h"

namespace lerl {

namespace {

// The squared errors of the values, float [...], clipped by equation (3) of the header.
torch::Tensor ValueErrors(const PpoLossInput& input, double value_clip) {
  const torch::Tensor errors = (input.value - input.target).square();
  if (value_clip == 0) return errors;
  LERL_CHECK(input.old_value.defined());
  const torch::Tensor moved = (input.value - input.old_value).clamp(-value_clip, value_clip);
  return torch::max(errors, (input.old_value + moved - input.target).square());
}

}  // namespace

PpoLoss ComputePpoLoss(const PpoLossInput& input, const PpoLossConfig& config) {
  const torch::Tensor count = CountOf(input.valid, input.whole);
  const auto mean = [&](const torch::Tensor& x) { return (x * input.valid).sum() / count; };

  // 1. Standardised advantages.
  const torch::Tensor advantage = Standardise(input.advantage, input.valid, input.whole);

  // 2. rho, equation (2) of the header. Padding is taken out before the exponential: an infinite
  // ratio times 0 is no number.
  const torch::Tensor log_ratio = (input.log_density - input.old_log_density) * input.valid;
  const torch::Tensor ratio = log_ratio.exp();
  // 3. The clipped surrogate, and the three means of equation (1).
  const torch::Tensor surrogate =
      torch::min(ratio * advantage, ratio.clamp(1 - config.clip, 1 + config.clip) * advantage);

  const torch::Tensor policy = -mean(surrogate);
  const torch::Tensor value = mean(ValueErrors(input, config.value_clip));
  const torch::Tensor entropy = mean(input.entropy);

  PpoLoss loss;
  loss.total = policy + config.value_weight * value - config.entropy_weight * entropy;

  // 4. What is reported.
  const torch::NoGradGuard no_grad;
  loss.policy = policy.item<double>();
  loss.value = value.item<double>();
  loss.entropy = entropy.item<double>();
  loss.clipped = mean(((ratio - 1).abs() > config.clip).to(torch::kFloat)).item<double>();
  loss.kl = mean(ratio - 1 - log_ratio).item<double>();
  return loss;
}

}  // namespace lerl
