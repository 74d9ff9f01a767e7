#pragma once
// The registry of agents, one row each. The command line, tests and docs iterate over this table.

#include <memory>
#include <span>
#include <string_view>

#include "lerl/agents/a2c.h"
#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/cirs.h"
#include "lerl/agents/ddpg.h"
#include "lerl/agents/dnair.h"
#include "lerl/agents/dorl.h"
#include "lerl/agents/dqn.h"
#include "lerl/agents/epsilon_greedy.h"
#include "lerl/agents/hac.h"
#include "lerl/agents/her4if.h"
#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/linucb.h"
#include "lerl/agents/mmr.h"
#include "lerl/agents/ppo.h"
#include "lerl/agents/reinforce.h"
#include "lerl/agents/sac4ir.h"
#include "lerl/agents/search_space.h"
#include "lerl/agents/td3.h"
#include "lerl/base/config.h"

namespace lerl {

struct AgentConfig {
  std::string name = "ppo";
  MfConfig factors;
  std::string item_features = "none";
  LearnerConfig learner;
  ReinforceConfig reinforce;
  A2cConfig a2c;
  PpoConfig ppo;
  DdpgConfig ddpg;
  Td3Config td3;
  DoubleQConfig dqn;
  HacConfig hac;
  Sac4irConfig sac4ir;
  DnairConfig dnair;
  MmrConfig mmr;
  EpsilonGreedyConfig epsilon_greedy;
  LinucbConfig linucb;
  Her4ifConfig her4if;
  CirsConfig cirs;
  DorlConfig dorl;

  void VisitFields(FieldVisitor& visit);
};

struct AgentRow {
  std::string_view name;
  std::string_view what;
  std::string_view source;
  bool learns = false;
  bool oracle = false;                 // reads the simulator's truth: an upper bound, not a policy
  bool policy_head = false;            // draws as agent.policy says (agents/learning/policy_head.h)
  bool over_ranks = false;             // ranks share its updates (docs/distributed.md)
  std::string_view status = "tested";  // one of the statuses of docs/algorithms.md
  std::unique_ptr<Agent> (*make)(const AgentConfig&, const AgentContext&);
  SearchSpace (*space)() = nullptr;  // what `lerl tune` may choose; null: nothing
};

std::span<const AgentRow> AgentRows();

// Adds an agent from outside of this tree to the table, under a name of its own. It stands as an
// object of namespace scope in a source of the program, so that the row is there before the program
// begins; spans and rows that were given before are no longer valid. (Planners: PlannerAdded.)
struct AgentAdded {
  explicit AgentAdded(const AgentRow& row);
};
const AgentRow& FindAgentRow(std::string_view name);  // throws Error(kConfig)
Names TunableAgents();                                // those that have a space
std::unique_ptr<Agent> MakeAgent(const AgentConfig& config, AgentContext context);

}  // namespace lerl
