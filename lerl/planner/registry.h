#pragma once
// The planners: one explicit table. Adding one means one row here and one unit.

#include <memory>
#include <span>
#include <string_view>

#include "lerl/planner/planner_context.h"

namespace lerl {

struct PlannerRow {
  std::string_view name;
  std::string_view what;    // in one line
  std::string_view source;  // where it is described
  std::unique_ptr<Planner> (*make)(const PlannerConfig&, const PlannerContext&);

  bool oracle = false;          // reads the simulator's truth: an upper bound, not a policy
  bool asks_model = false;      // asks a language model
  bool has_teacher = false;     // imitates the planner that planner.student.teacher names
  bool takes_fallback = false;  // planner.llm.fallback plans where it has no plan of its own
  bool ranks = true;            // false: nothing in its ranking is worth imitating
};

std::span<const PlannerRow> PlannerRows();
// Throws Error(kConfig) on an unknown name, naming the setting and the nearest.
const PlannerRow& FindPlannerRow(std::string_view name, std::string_view setting = "planner.name");

// Whether plans of this configuration cost answers of a language model, its teacher's included.
bool AsksLanguageModel(const PlannerConfig& config);

// As FindPlannerRow; throws Error(kConfig) where there are no categories to plan, or the fallback
// or the teacher can't be one, and Error(kModel) when a language model can't be loaded.
std::unique_ptr<Planner> MakePlanner(const PlannerConfig& config, PlannerContext context);

}  // namespace lerl
