#include "lerl/agents/learning/policy_targets.h"

namespace lerl {

PolicyTargets PolicyTargets::Zeros(int64_t sessions, int64_t steps) {
  const auto zeros = [&] { return torch::zeros({sessions, steps}); };
  return {zeros(), zeros(), zeros(), zeros()};
}

void PolicyTargets::Set(int64_t begin, const torch::Tensor& density, const torch::Tensor& values,
                        const Advantages& advantages) {
  const int64_t steps = density.size(1);
  const auto set = [&](const torch::Tensor& whole, const torch::Tensor& part) {
    whole.narrow(0, begin, part.size(0)).narrow(1, 0, steps).copy_(part);
  };
  set(log_density, density);
  set(value, values.narrow(1, 0, steps));
  set(advantage, advantages.advantage);
  set(returns, advantages.returns);
}

PolicyTargets PolicyTargets::Of(const torch::Tensor& rows, int64_t steps) const {
  const auto of = [&](const torch::Tensor& whole) {
    return whole.index_select(0, rows).narrow(1, 0, steps);
  };
  return {of(log_density), of(value), of(advantage), of(returns)};
}

}  // namespace lerl
