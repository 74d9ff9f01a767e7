#pragma once
// popularity: the categories that were liked most often by everyone in the training rows, ties by
// the lower id; the same for every user. Control: what a plan without any person in it is worth.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakePopularityPlanner(const PlannerConfig& config,
                                               const PlannerContext& context);

}  // namespace lerl
