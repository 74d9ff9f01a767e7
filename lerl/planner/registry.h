#pragma once
// The registry of planners: one explicit table. A new planner is one row in it and one unit.

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

// Fills `rewards` [C] with what each category is worth now to the session in a slot
// (Env::OracleCategoryRewards in sim/env.h).
using OracleCategoryRewards = std::function<void(int slot, std::span<float> rewards)>;

// What planners are made from. Everything that it points to must outlive them.
struct PlannerContext {
  const Dataset* dataset = nullptr;
  const Split* split = nullptr;
  // The policy side's own factorisation, fitted on training rows alone. fatigue_aware, learned,
  // llm_grounded and student need it.
  const MfModel* policy_model = nullptr;
  // If given, it is asked in place of the model that the settings name (tests, replays).
  std::shared_ptr<LlmBackend> backend = nullptr;
  OracleCategoryRewards oracle = nullptr;  // only planners whose row says `oracle` receive it
};

struct PlannerRow {
  const char* name;
  const char* description;
  const char* source;  // the publication that describes it, or "control"
  bool oracle;         // reads the simulator's truth: an upper bound, not a policy
  std::unique_ptr<Planner> (*make)(const PlannerConfig&, const PlannerContext&);
};

std::span<const PlannerRow> PlannerRegistry();
// Throws Error(kConfig) on an unknown name; the message names the setting and the nearest planner.
const PlannerRow& FindPlannerRow(std::string_view name, std::string_view setting = "planner.name");

// Makes the planner that `config.name` names. Throws Error(kConfig) on an unknown name and where
// the data set has no categories to plan, and Error(kModel) when a language model can't be loaded.
std::unique_ptr<Planner> MakePlanner(const PlannerConfig& config, PlannerContext context);

}  // namespace lerl
