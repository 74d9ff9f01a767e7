#pragma once
// round_robin: all categories in turn. Turn j of a session ranks them in cyclic order from
//
//   first = (o + j n) mod C,    j = floor(step / cadence)
//
//   o   start of the session, drawn from its seed (stream "round robin planner")
//   n   plan_size
//   C   number of categories
//
// A control: it shows what rotation alone is worth, without any knowledge of the user.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakeRoundRobinPlanner(const PlannerConfig& config,
                                               const PlannerContext& context);

}  // namespace lerl
