#pragma once
// `td3`: twin delayed DDPG (Fujimoto et al. 2018, arXiv 1802.09477) with a virtual item as its
// action. It is agents/learning/deterministic_actor.h with the paper's three changes:
//   - There are two critics, and the target takes the smaller value, so that it overestimates less
//     than `ddpg`.
//   - The target's action is smoothed by clipped noise, and stays in the box [-1, 1]^A.
//   - The actor and the target copies move at every second critic step (`actor_every`).
//
//   y = r + gamma (1 - d) Q'            this agent; d is 1 where the user left, else 0
//   y = r + (gamma d + 1 - d) Q'        `published_bootstrap`, as KuaiSim's TD3 does: no discount
//                                       inside a session, and a value after its end

#include <memory>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/learning/replay_config.h"

namespace lerl {

struct Td3Config {
  ReplayConfig replay;
  double target_noise = 0.2;
  double target_noise_clip = 0.5;
  int64_t actor_every = 2;
  bool published_bootstrap = false;

  void VisitFields(FieldVisitor& visit) {
    replay.VisitFields(visit);
    replay.VisitVirtualItemActor(visit);
    visit("target_noise", target_noise, "standard deviation of the noise on the target's action",
          Range{0, 10});
    visit("target_noise_clip", target_noise_clip, "where that noise is cut", Range{0, 10});
    visit("actor_every", actor_every, "critic steps per actor step", Range{1, 100});
    visit("published_bootstrap", published_bootstrap,
          "no discount inside a session; bootstrap also where the user has left");
  }
};

std::unique_ptr<Agent> MakeTd3(const AgentContext& context, const LearnerConfig& learner,
                               const Td3Config& config);

}  // namespace lerl
