#pragma once
// popularity: the categories that all users together liked most often in the training rows come
// first, ties by the lower id; the ranking is the same for every user. A control: it shows what a
// plan is worth that knows nothing of the user.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakePopularityPlanner(const PlannerConfig& config,
                                               const PlannerContext& context);

}  // namespace lerl
