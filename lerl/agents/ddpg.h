#pragma once
// `ddpg`: deep deterministic policy gradient (Lillicrap et al. 2016, arXiv 1509.02971) with a
// virtual item as its action. agents/learning/deterministic_actor.h has the equations and the
// choices; this agent has one critic.
//
// Differences from the paper: the actor explores by Gaussian noise in place of an
// Ornstein-Uhlenbeck process; the replay holds whole sessions; targets bootstrap by (1 -
// terminated). With `published_bootstrap` they bootstrap only where the user left, as in KuaiSim's
// DDPG.

#include <memory>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/learning/replay_config.h"

namespace lerl {

struct DdpgConfig {
  ReplayConfig replay;
  bool published_bootstrap = false;

  void VisitFields(FieldVisitor& visit) {
    replay.VisitFields(visit);
    replay.VisitVirtualItemActor(visit);
    visit("published_bootstrap", published_bootstrap, "bootstrap only where the user has left");
  }
};

std::unique_ptr<Agent> MakeDdpg(const AgentContext& context, const LearnerConfig& learner,
                                const DdpgConfig& config);

}  // namespace lerl
