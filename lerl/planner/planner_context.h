#pragma once
// What planners are made from. Everything that it refers to must outlive them.

#include <functional>
#include <memory>
#include <span>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/nn/matrix_factorisation.h"
#include "lerl/planner/planner.h"
#include "lerl/planner/planner_config.h"

namespace lerl {

class LlmBackend;
class TextEmbedder;

// Fills `rewards` [C] with what each category is worth now to the session in a slot
// (Env::OracleCategoryRewards in sim/env.h).
using OracleCategoryRewards = std::function<void(int slot, std::span<float> rewards)>;

// Fills `added` [C] with what the craving of the session in a slot adds to each category
// (Env::OracleCraving in sim/env.h).
using OracleCraving = std::function<void(int slot, std::span<float> added)>;

struct PlannerContext {
  const Dataset& dataset;
  const Split& split;
  // The policy side's own factorisation, fitted on training rows alone.
  const MfModel& policy_model;
  // If given, it is asked in place of the model that the settings name (tests, replays).
  std::shared_ptr<LlmBackend> backend = nullptr;
  OracleCategoryRewards oracle = nullptr;  // only planners whose row says `oracle` receive it,
  OracleCraving craving = nullptr;         // and this too
  // If given, it is used in place of the embedding model that the settings name (tests).
  std::shared_ptr<TextEmbedder> embedder = nullptr;
};

}  // namespace lerl
