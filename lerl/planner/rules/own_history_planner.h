#pragma once
// own_history: the categories that the user liked most often in the training rows come first, ties
// by the lower id. A control: it shows what a user's own counts are worth without any learning.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakeOwnHistoryPlanner(const PlannerConfig& config,
                                               const PlannerContext& context);

}  // namespace lerl
