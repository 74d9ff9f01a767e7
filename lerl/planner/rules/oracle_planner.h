#pragma once
// oracle: ranks by what each category is worth now. ORACLE: it reads the simulator's truth.
//
//   score_c = mean expected reward of the K best items of category c that may be shown
//             (Env::OracleCategoryRewards in sim/env.h)
//
// Expected rewards follow from the true interests and fatigue in the task `evolving`, and in the
// other tasks from whatever gives the rewards there. The planner looks one step ahead, so it is no
// upper bound over whole sessions. With planner.skip_last the last slate's dominant categories are
// left out, as for every planner.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

// Throws Error(kConfig) where there is no simulator to read.
std::unique_ptr<Planner> MakeOraclePlanner(const PlannerConfig& config,
                                           const PlannerContext& context);

}  // namespace lerl
