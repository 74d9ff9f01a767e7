#pragma once
// What a planner is made of. All that is referred to must outlive the planner.

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

// What each category is worth now, [C], for the session in a slot (Env::OracleCategoryRewards).
using OracleCategoryRewards = std::function<void(int slot, std::span<float> rewards)>;

struct PlannerContext {
  const Dataset& dataset;
  const Split& split;
  const MfModel& policy_model;  // the policy side's own factorisation, fitted on training rows only
  // In place of the model file that the settings name (tests, replays).
  std::shared_ptr<LlmBackend> backend = nullptr;
  OracleCategoryRewards oracle = nullptr;  // reaches only rows with `oracle`
};

}  // namespace lerl
