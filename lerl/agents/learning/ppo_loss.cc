#include "lerl/agents/learning/ppo_loss.h"

#include "lerl/agents/learning/policy_loss.h"

namespace lerl {

PpoLoss ComputePpoLoss(const PpoLossInput& input, double clip, double value_weight,
                       double entropy_weight) {
  const torch::Tensor count = input.valid.sum();
  const auto mean = [&](const torch::Tensor& x) { return (x * input.valid).sum() / count; };

  const torch::Tensor advantage = Standardise(input.advantage, input.valid);

  // Padding is taken out before the exponential: an infinite ratio times 0 is no number.
  const torch::Tensor log_ratio = (input.log_density - input.old_log_density) * input.valid;
  const torch::Tensor ratio = log_ratio.exp();
  const torch::Tensor surrogate =
      torch::min(ratio * advantage, ratio.clamp(1 - clip, 1 + clip) * advantage);

  const torch::Tensor policy = -mean(surrogate);
  const torch::Tensor value = mean((input.value - input.target).square());
  const torch::Tensor entropy = mean(input.entropy);

  PpoLoss loss;
  loss.total = policy + value_weight * value - entropy_weight * entropy;
  const torch::NoGradGuard no_grad;
  loss.policy = policy.item<double>();
  loss.value = value.item<double>();
  loss.entropy = entropy.item<double>();
  loss.clipped = mean(((ratio - 1).abs() > clip).to(torch::kFloat)).item<double>();
  loss.kl = mean(ratio - 1 - log_ratio).item<double>();
  return loss;
}

}  // namespace lerl
