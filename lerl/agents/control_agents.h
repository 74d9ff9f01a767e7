#pragma once
// Controls: policies that don't learn from sessions. Every comparison needs the first two.
//   random       uniform scores, drawn from the session's seed and step
//   popularity   likes (first behaviour) of the item in the training rows
//   greedy       ORACLE: the response model's own expected reward of each item, now

#include <memory>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"

namespace lerl {

std::unique_ptr<Agent> MakeRandomAgent();
std::unique_ptr<Agent> MakePopularityAgent(const Dataset& dataset, const Split& split);

std::unique_ptr<Agent> MakeGreedyAgent(OracleRewards oracle);

}  // namespace lerl
