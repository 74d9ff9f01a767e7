#pragma once
// own_history: the categories that the user liked most often in its training rows, ties by the
// lower id. Control: what a user's own counts are worth, without any learning.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakeOwnHistoryPlanner(const PlannerConfig& config,
                                               const PlannerContext& context);

}  // namespace lerl
