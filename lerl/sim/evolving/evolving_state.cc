#include "lerl/sim/evolving/evolving_state.h"

#include <cmath>

#include "lerl/base/index.h"
#include "lerl/sim/env_config.h"

namespace lerl {

EvolvingState::EvolvingState(EvolvingProfile profile)
    : start(std::move(profile)), theta(start.theta), fatigue(start.theta.size()) {}

double EvolvingState::Logit(double z, std::span<const int32_t> categories) const {
  double sum = 0;
  for (const int32_t category : categories) {
    const auto c = At(category);
    sum += Interest(c) - FatigueCost(c);
  }
  return categories.empty() ? z : z + sum / static_cast<double>(categories.size());
}

void TakeIn(const EvolvingConfig& config, const EvolvingSlate& slate, Rng& noise,
            EvolvingState& state) {
  for (size_t c = 0; c < state.theta.size(); ++c) {
    state.fatigue[c] = config.decay * state.fatigue[c] + slate.exposure[c];
    state.theta[c] +=
        config.eta * slate.drive[c] - config.pull * (state.theta[c] - state.start.theta[c]);
    if (config.sigma > 0) state.theta[c] += config.sigma * noise.Normal();
  }
  state.mood = config.mood_kept * state.mood + (1 - config.mood_kept) * slate.pleasure;
}

double LeaveChance(const EvolvingConfig& config, double mood) {
  return config.leave ? 1 / (1 + std::exp(config.h1 * mood - config.h0)) : 0;
}

void Rest(const EvolvingConfig& config, int days, EvolvingState& state) {
  for (double& f : state.fatigue) f *= std::pow(config.rest, days);
}

}  // namespace lerl
