#pragma once
// What an agent is made of. All that is referred to must outlive the agent.

#include <cstdint>
#include <functional>
#include <span>

#include "lerl/agents/items/item_factors.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

// Expected rewards [I] of all items for the session in a slot (Env::OracleRewards).
using OracleRewards = std::function<void(int slot, std::span<float> rewards)>;

struct AgentContext {
  const Dataset& dataset;
  const Split& split;
  const ItemFactors& factors;  // of the policy side
  int slate = 6;
  uint64_t seed = 1;
  OracleRewards oracle = {};  // reaches only rows with `oracle`
};

}  // namespace lerl
