#pragma once
// oracle: the category that is worth most now. ORACLE: it reads the simulator's truth.
//   score_c = mean expected reward of the K best items of category c that may be shown
// (Env::OracleCategoryRewards), in the evolving-interest task by the true interests and fatigue, in
// others by what gives the rewards there. Myopic, so no upper bound over whole sessions; with
// planner.skip_last it leaves out the last slate's dominant categories like every planner.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

// Throws Error(kConfig) where there is no simulator to read.
std::unique_ptr<Planner> MakeOraclePlanner(const PlannerConfig& config,
                                           const PlannerContext& context);

}  // namespace lerl
