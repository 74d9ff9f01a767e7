#pragma once
// short_term: the categories of the most recent likes come first, in three groups:
//   1. those liked in this session, latest step first; of one step, those liked more often in the
//      session, then in the order of groups 2 and 3;
//   2. those of the user's likes in the training rows, latest like first;
//   3. all others by id.
// A control: it shows what chasing the latest likes is worth.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakeShortTermPlanner(const PlannerConfig& config,
                                              const PlannerContext& context);

}  // namespace lerl
