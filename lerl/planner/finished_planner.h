#pragma once
// Planners of runs that have finished, as far as they can plan without the language model that they
// were trained with. The rest of what they know is in their checkpoint, which Load gives them.
//
//   llm_table  its table is there (planner/llm/saved_table_planner.h); so is that of llm with
//              `tabulate`
//   student    its network is there; the teacher is asked for labels alone, in training

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

// Makes the planner of a run that has finished, for plans as in an evaluation, without a model and
// without a teacher; null where it can't do without. It must not be trained.
std::unique_ptr<Planner> MakeFinishedPlanner(const PlannerConfig& config,
                                             const PlannerContext& context);

}  // namespace lerl
