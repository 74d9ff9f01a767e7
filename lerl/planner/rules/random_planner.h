#pragma once
// random: a new random order of the categories at each step; the control that tells whether an
// improvement comes from what is planned or from planning at all. Draws: stream "random planner" of
// the session's seed, indexed by step.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakeRandomPlanner(const PlannerConfig& config,
                                           const PlannerContext& context);

}  // namespace lerl
