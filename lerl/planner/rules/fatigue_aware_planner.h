#pragma once
// fatigue_aware: ranks highest the category that suits the user best and was not shown much of
// late, without any truth of the simulator.
//
//   score_c = v_uc - tiring e_c
//
//   v_uc     what category c is worth to user u by the policy side's own factorisation
//            (planner/profiles/category_values.h)
//   e_c      exposure, e_c <- decay e_c + share of the slate's items in c
//            (planner/session_state.h)
//   tiring   setting planner.tiring (3)
//   decay    setting planner.decay (.8)

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakeFatigueAwarePlanner(const PlannerConfig& config,
                                                 const PlannerContext& context);

}  // namespace lerl
