#pragma once
// round_robin: coverage in turn. With n = plan_size, turn j of a session (step / cadence) ranks the
// categories in cyclic order from o + j n, where the start o is drawn from the session's seed.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakeRoundRobinPlanner(const PlannerConfig& config,
                                               const PlannerContext& context);

}  // namespace lerl
