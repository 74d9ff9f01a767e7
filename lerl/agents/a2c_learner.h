#pragma once
// A2cLearner: the agent `a2c` (equations in agents/a2c.h) and how agents that learn by A2C from
// sessions of another kind make use of it. Defined in a2c.cc. Include from .cc files only.

#include "lerl/agents/a2c.h"
#include "lerl/agents/learning/actor_critic.h"

namespace lerl {

class A2cLearner : public ActorCritic {
 public:
  A2cLearner(std::string name, const AgentContext& context, const LearnerConfig& learner,
             const A2cConfig& config);

  UpdateStats Update(const SessionLog& log) override { return LearnFrom(MakeBatch(log)); }

 protected:
  // The update of one iteration; the policy must have played the batch.
  UpdateStats LearnFrom(const SessionBatch& batch);

 private:
  const A2cConfig config_;
};

}  // namespace lerl
