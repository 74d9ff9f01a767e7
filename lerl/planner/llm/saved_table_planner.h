#pragma once
// SavedTablePlanner: planner llm_table of a run that has finished, without its language model. The
// checkpoint holds what the model said of every coarse state (planner/llm/plan_table.h), so there
// is nothing to ask. It ranks as LlmPlanner with `tabulate` would.

#include <string>
#include <vector>

#include "lerl/planner/llm/plan_cache.h"
#include "lerl/planner/planner_context.h"
#include "lerl/planner/profiles/user_profiles.h"

namespace lerl {

class SavedTablePlanner : public Planner {
 public:
  SavedTablePlanner(const PlannerConfig& config, const Dataset& dataset, const Split& split);

  std::string name() const override { return "llm_table"; }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode mode) override;
  // Takes the answers over from what LlmPlanner saved. Before that there is no plan but kFallback.
  void Load(const TensorFile& file) override;

 private:
  const PlannerConfig config_;
  UserProfiles profiles_;
  PlanCache answers_;
};

}  // namespace lerl
