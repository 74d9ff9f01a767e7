#pragma once
// random_unseen: random categories that none of the session's last N items (`unseen_items`, 4) has;
// behind them the others, in random order too. Reference: the hint hidden in the prompt of BiLLP's
// public code, which is this rule in words; the control that tells whether a language model does
// more with it. Draws: stream "random_unseen planner" of the session's seed, indexed by step.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakeRandomUnseenPlanner(const PlannerConfig& config,
                                                 const PlannerContext& context);

}  // namespace lerl
