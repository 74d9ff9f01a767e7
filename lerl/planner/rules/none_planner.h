#pragma once
// none: no restriction. The ranking is the order of the ids, and the plan policy plans all
// categories at every step.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakeNonePlanner(const PlannerConfig& config,
                                         const PlannerContext& context);

}  // namespace lerl
