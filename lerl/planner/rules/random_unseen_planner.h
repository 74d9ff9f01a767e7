#pragma once
// random_unseen: categories that none of the session's last N items carries (`unseen_items`, 4)
// come first, in random order; the others follow, in random order too.
//
// Reference: the hint in the prompt of BiLLP's public code, which is this rule in words
// (docs/papers.md). A control: it shows whether a language model makes more of that hint. The order
// is drawn from the stream "random_unseen planner" of the session's seed, indexed by step.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakeRandomUnseenPlanner(const PlannerConfig& config,
                                                 const PlannerContext& context);

}  // namespace lerl
