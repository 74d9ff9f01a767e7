#include "lerl/agents/learning/gae.h"

#include "lerl/base/check.h"

namespace lerl {

void Gae(std::span<const float> rewards, std::span<const float> values,
         std::span<const float> goes_on, const GaeConfig& config, std::span<float> advantages,
         std::span<float> returns) {
  LERL_CHECK_EQ(values.size(), rewards.size() + 1);
  LERL_CHECK_EQ(goes_on.size(), rewards.size());
  LERL_CHECK_EQ(advantages.size(), rewards.size());
  LERL_CHECK_EQ(returns.size(), rewards.size());
  // Backwards from the last step, equations (1) to (3) of the header.
  double next_value = static_cast<double>(values.back()), advantage = 0;
  for (size_t t = rewards.size(); t-- > 0;) {
    const double value = static_cast<double>(values[t]);
    const double gamma = config.gamma * static_cast<double>(goes_on[t]);
    const double delta = static_cast<double>(rewards[t]) + gamma * next_value - value;
    advantage = delta + gamma * config.lambda * advantage;
    advantages[t] = static_cast<float>(advantage);
    returns[t] = static_cast<float>(advantage + value);
    next_value = value;
  }
}

}  // namespace lerl
