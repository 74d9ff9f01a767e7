#pragma once
// Controls: policies that don't learn from sessions. Every comparison needs the first two.
//   random       uniform scores, drawn from the session's seed and step
//   popularity   likes (first behaviour) of the item in the training rows
//   greedy       ORACLE: the response model's own expected reward of each item, now

#include <functional>
#include <memory>

#include "lerl/agents/agent.h"

namespace lerl {

std::unique_ptr<Agent> MakeRandomAgent();
std::unique_ptr<Agent> MakePopularityAgent(const Dataset& dataset, const Split& split);

// Expected rewards [I] of all items for the session in a slot (Env::OracleRewards).
using OracleRewards = std::function<void(int slot, std::span<float> rewards)>;
std::unique_ptr<Agent> MakeGreedyAgent(OracleRewards oracle);

}  // namespace lerl
