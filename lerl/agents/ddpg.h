#pragma once
// `ddpg`: deep deterministic policy gradient (Lillicrap et al. 2016, arXiv 1509.02971) with a
// virtual item as its action. Equations and choices: agents/learning/deterministic_actor.h, with one critic.
//
// Differences from the paper: Gaussian exploration in place of an Ornstein-Uhlenbeck process; whole
// sessions from the replay; targets bootstrap by (1 - terminated). `published_bootstrap` does it as
// KuaiSim's DDPG does, only when the user left.

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
    visit("published_bootstrap", published_bootstrap, "bootstrap only where the user has left");
  }
};

std::unique_ptr<Agent> MakeDdpg(const AgentContext& context, const LearnerConfig& learner,
                                const DdpgConfig& config);

}  // namespace lerl
