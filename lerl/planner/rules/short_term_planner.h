#pragma once
// short_term: categories of the most recent likes first: those liked in this session, latest step
// first (ties: more often liked, then the lower id), then those of the user's likes in the training
// rows, latest first, then all others by id.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakeShortTermPlanner(const PlannerConfig& config,
                                              const PlannerContext& context);

}  // namespace lerl
