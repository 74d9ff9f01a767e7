#pragma once
// The planners: one explicit table. Adding one means one row here and one unit.

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/planner/planner.h"
#include "lerl/planner/planner_config.h"

namespace lerl {

class LlmBackend;
struct MfModel;

// What each category is worth now, [C], for the session in a slot (Env::OracleCategoryRewards).
using OracleCategoryRewards = std::function<void(int slot, std::span<float> rewards)>;

// What planners are made of; everything must outlive them.
struct PlannerContext {
  const Dataset* dataset = nullptr;
  const Split* split = nullptr;
  // The policy side's own factorisation, fitted on training rows only; needed by fatigue_aware,
  // learned and llm_grounded.
  const MfModel* policy_model = nullptr;
  // In place of the model file that the settings name (tests, replays).
  std::shared_ptr<LlmBackend> backend = nullptr;
  OracleCategoryRewards oracle = nullptr;  // reaches only rows with `oracle`
};

struct PlannerRow {
  const char* name;
  const char* description;
  const char* source;  // where it is described
  bool oracle;         // reads the simulator's truth: an upper bound, not a policy
  std::unique_ptr<Planner> (*make)(const PlannerConfig&, const PlannerContext&);
};

std::span<const PlannerRow> PlannerRegistry();
// Throws Error(kConfig) on an unknown name, naming the setting and the nearest.
const PlannerRow& FindPlannerRow(std::string_view name, std::string_view setting = "planner.name");

// As FindPlannerRow; throws Error(kConfig) where there are no categories to plan and Error(kModel)
// when a language model can't be loaded.
std::unique_ptr<Planner> MakePlanner(const PlannerConfig& config, PlannerContext context);

}  // namespace lerl
