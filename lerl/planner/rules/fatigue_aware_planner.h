#pragma once
// fatigue_aware: the category that suits the user most and was not shown much of late,
//   score_c = v_uc - tiring * e_c
// v_uc   planner/profiles/category_values.h: by the policy side's own factorisation
// e_c    exposure, e <- decay e + share of the slate's items in c (kept by the plan policy)

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakeFatigueAwarePlanner(const PlannerConfig& config,
                                                 const PlannerContext& context);

}  // namespace lerl
