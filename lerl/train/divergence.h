#pragma once
// Where learning diverged: numbers that are not finite stop a run, with the iteration and the part
// that broke. Agents name their networks and tensors (agents/learning/learning_agent.h), whoever
// plays names the score (agents/slate_selector.h), planners their scores (planner/ranking.h) and
// what they learn; here the iteration is added, and what agents report is looked at.

#include <cstdint>
#include <functional>

#include "lerl/agents/agent.h"

namespace lerl {

// Calls `work`, which plays and learns one iteration, and returns its statistics. An
// Error(kUnusable) of its own is thrown on with the iteration before its text; a statistic that is
// not finite is such an error. Iteration 0 is the warm start.
UpdateStats InIteration(int64_t iteration, const Agent& agent,
                        const std::function<UpdateStats()>& work);

}  // namespace lerl
