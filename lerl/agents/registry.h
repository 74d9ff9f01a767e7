#pragma once
// The agents, one row each. Command line, tests and docs iterate over this table.

#include <memory>
#include <span>
#include <string_view>

#include "lerl/agents/agent.h"
#include "lerl/agents/control_agents.h"
#include "lerl/agents/item_factors.h"
#include "lerl/agents/ppo_config.h"
#include "lerl/base/config.h"

namespace lerl {

struct AgentConfig {
  std::string name = "ppo";
  MfConfig factors;
  PpoConfig ppo;

  void VisitFields(FieldVisitor& visit);
};

struct AgentContext {
  const Dataset& dataset;
  const Split& split;
  const ItemFactors& factors;  // of the policy side
  int slate = 6;
  uint64_t seed = 1;
  OracleRewards oracle;  // reaches only rows with `oracle`
};

struct AgentRow {
  std::string_view name;
  std::string_view what;
  std::string_view reference;
  bool learns;
  bool oracle;  // reads the simulator's truth: an upper bound, not a policy
  std::unique_ptr<Agent> (*make)(const AgentConfig&, const AgentContext&);
};

std::span<const AgentRow> AgentRows();
const AgentRow& FindAgentRow(std::string_view name);  // throws Error(kConfig)
std::unique_ptr<Agent> MakeAgent(const AgentConfig& config, AgentContext context);

}  // namespace lerl
