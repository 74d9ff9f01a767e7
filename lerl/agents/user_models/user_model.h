#pragma once
// UserModel: says how users would respond to slates. Agents that learn in a model of users hold one
// (agents/user_models/model_based_agent.h); tests have models that are known.

#include <cstdint>
#include <span>

#include "lerl/agents/agent.h"
#include "lerl/base/rng.h"
#include "lerl/data/training_rows.h"

namespace lerl {

// A slate that the session of a user shows.
struct ImaginedSlate {
  int32_t user = 0;
  std::span<const int32_t> before;  // [t K] items that the session has shown, oldest first
  std::span<const int32_t> items;   // [K]
};

class UserModel {
 public:
  virtual ~UserModel() = default;
  // Fits the model on the rows, with draws from `rng`, and returns its statistics. A model that is
  // known beforehand has nothing to fit.
  virtual UpdateStats Fit(const TrainingRows&, Rng&) { return {}; }
  // Writes, for n slates, the probabilities [n, K] of the first behaviour and the rewards [n] of
  // the steps.
  virtual void Respond(std::span<const ImaginedSlate> slates, std::span<float> chances,
                       std::span<float> rewards) = 0;
};

}  // namespace lerl
