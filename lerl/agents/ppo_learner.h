#pragma once
// PpoLearner: the agent `ppo` (equations in agents/ppo.h) and how agents that learn by PPO from
// sessions of another kind make use of it. Defined in ppo.cc. Include from .cc files only.

#include "lerl/agents/learning/actor_critic.h"
#include "lerl/agents/ppo.h"

namespace lerl {

class PpoLearner : public ActorCritic {
 public:
  PpoLearner(std::string name, const AgentContext& context, const LearnerConfig& learner,
             const PpoConfig& config);

  UpdateStats Update(const SessionLog& log) override { return LearnFrom(MakeBatch(log)); }

 protected:
  // The update of one iteration; the policy must have played the batch.
  UpdateStats LearnFrom(const SessionBatch& batch);

 private:
  const PpoConfig config_;
};

}  // namespace lerl
