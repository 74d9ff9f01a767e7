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

  void SetProgress(double progress) override;
  UpdateStats LearnFrom(const SessionBatch& batch) override;

 private:
  const PpoConfig config_;
  double clip_;  // eps of this iteration
};

}  // namespace lerl
