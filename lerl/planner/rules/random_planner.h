#pragma once
// random: a new random order of the categories at each ranking. A control: it shows whether an
// improvement comes from what is planned or from planning at all. The order is drawn from the
// stream "random planner" of the session's seed, indexed by step.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakeRandomPlanner(const PlannerConfig& config,
                                           const PlannerContext& context);

}  // namespace lerl
