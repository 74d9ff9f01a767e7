#pragma once
// AgentContext: what an agent is made from. Everything that it refers to must outlive the agent.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "lerl/agents/items/item_factors.h"
#include "lerl/base/ranks.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

// Writes the expected rewards [I] of all items for the session in a slot (Env::OracleRewards).
using OracleRewards = std::function<void(int slot, std::span<float> rewards)>;

struct AgentContext {
  const Dataset& dataset;
  const Split& split;
  const ItemFactors& factors;  // fitted by the policy side, never the simulator's
  int slate = 6;
  uint64_t seed = 1;
  // What each behaviour counts in the reward (SessionLog::reward_weights), for the warm start.
  std::vector<double> reward_weights = {};
  // And what a response to each item counts for by its price (SessionLog::price_factors).
  std::vector<float> price_factors = {};
  OracleRewards oracle = {};  // given to agents whose row says `oracle`, and to no other
  Ranks* ranks = &Alone();    // with whom it learns, where its row says `over_ranks`
};

}  // namespace lerl
