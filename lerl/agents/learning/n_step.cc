#include "lerl/agents/learning/n_step.h"

#include <algorithm>

#include "lerl/base/check.h"

namespace lerl {

torch::Tensor NStepValues(const torch::Tensor& rewards, const torch::Tensor& discounts,
                          const torch::Tensor& valid, const torch::Tensor& next_values, int64_t n) {
  LERL_CHECK(n >= 1);
  // No session has more than T steps, so more than T rewards are never added up.
  const int64_t steps = next_values.size(1), rewards_ahead = std::min(n, steps);
  torch::Tensor values = next_values;
  for (int64_t m = 1; m < rewards_ahead; ++m) {
    // Each round looks one reward further ahead, at all steps that have another one after them.
    const auto after = [steps](const torch::Tensor& t) { return t.narrow(1, 1, steps - 1); };
    const torch::Tensor further = after(rewards) + after(discounts) * after(values);
    const torch::Tensor inner =
        torch::where(after(valid) > 0, further, next_values.narrow(1, 0, steps - 1));
    values = torch::cat({inner, next_values.narrow(1, steps - 1, 1)}, 1);
  }
  return values;
}

}  // namespace lerl
