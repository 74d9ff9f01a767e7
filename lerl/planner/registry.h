#pragma once
// The planners: one explicit table. Adding one means one row here and one unit.

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

// What planners are made of; everything must outlive them.
struct PlannerContext {
  const Dataset* dataset = nullptr;
  const Split* split = nullptr;
  // The policy side's own factorisation, fitted on training rows only; needed by fatigue_aware.
  const MfModel* policy_model = nullptr;
  // In place of the model file that the settings name (tests, replays).
  std::shared_ptr<LlmBackend> backend = nullptr;
};

struct PlannerRow {
  const char* name;
  const char* description;
  const char* source;  // where it is described
  bool oracle;         // reads the simulator's truth
  std::unique_ptr<Planner> (*make)(const PlannerConfig&, const PlannerContext&);
};

std::span<const PlannerRow> PlannerRegistry();
// Throws Error(kConfig) on an unknown name, naming the nearest.
const PlannerRow& FindPlannerRow(std::string_view name);

// As FindPlannerRow; throws Error(kModel) when a language model can't be loaded.
std::unique_ptr<Planner> MakePlanner(const PlannerConfig& config, const PlannerContext& context);

}  // namespace lerl
