#pragma once
// PpoAgent: the class behind the agent `ppo` (agents/ppo.h has the equations). Agents that learn
// by PPO from sessions of another kind, such as `cirs`, derive from it. It is defined in ppo.cc.
// Include from .cc files only.

#include "lerl/agents/learning/actor_critic_agent.h"
#include "lerl/agents/ppo.h"

namespace lerl {

class PpoAgent : public ActorCriticAgent {
 public:
  PpoAgent(std::string name, const AgentContext& context, const LearnerConfig& learner,
           const PpoConfig& config);

  UpdateStats Update(const SessionLog& log) override { return LearnFrom(MakeBatch(log)); }

 protected:
  // Makes the update of one iteration and returns its mean losses. The policy as it is now must
  // have played the batch.
  UpdateStats LearnFrom(const SessionBatch& batch);

 private:
  const PpoConfig config_;
};

}  // namespace lerl
