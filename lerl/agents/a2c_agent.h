#pragma once
// A2cAgent: the class behind the agent `a2c` (agents/a2c.h has the equations). Agents that learn
// by A2C from sessions of another kind, such as `dorl`, derive from it. It is defined in a2c.cc.
// Include from .cc files only.

#include "lerl/agents/a2c.h"
#include "lerl/agents/learning/actor_critic_agent.h"

namespace lerl {

class A2cAgent : public ActorCriticAgent {
 public:
  A2cAgent(std::string name, const AgentContext& context, const LearnerConfig& learner,
           const A2cConfig& config);

  UpdateStats LearnFrom(const SessionBatch& batch) override;

 private:
  const A2cConfig config_;
};

}  // namespace lerl
