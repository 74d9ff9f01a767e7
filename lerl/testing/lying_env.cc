#include "lerl/testing/lying_env.h"

#include <algorithm>

namespace lerl {

void LyingEnv::Step(std::span<const int32_t> slates, StepResult& result) {
  EvolvingEnv::Step(slates, result);
  std::ranges::fill(result.probabilities, 0.5f);
  std::ranges::fill(result.expected, 0.5f);
}

void LyingEnv::OracleRewards(int, std::span<float> rewards) const {
  for (size_t i = 0; i < rewards.size(); ++i) rewards[i] = static_cast<float>(i * 7 % 11) / 11;
}

void LyingEnv::OracleCraving(int, std::span<float> added) const {
  for (size_t c = 0; c < added.size(); ++c) added[c] = c % 3 == 0 ? 5.0f : -5.0f;
}

const EvolvingState* LyingEnv::OracleState(int) const {
  static const EvolvingState lie(
      {.theta = std::vector<double>(6, 9), .kappa = std::vector<double>(6), .latent = {}});
  return &lie;
}

}  // namespace lerl
