#pragma once
// `a2c`: advantage actor-critic (Konda and Tsitsiklis 1999; Mnih et al. 2016, arXiv 1602.01783, in
// its synchronous form).
//
//   L = -mean_t A_t log pi(a_t | s_t) - c_e H + c_v mean_t (V(s_t) - R_t)^2
//   A_t, R_t by GAE (agents/gae.h); lambda = 1 gives the n-step returns of the paper
// One pass over the sessions of an iteration, in minibatches of whole sessions. There is no ratio,
// so the data must be the policy's own: by default a minibatch holds a whole iteration. (With small
// ones the policy leaves its data behind within the pass, and the virtual item runs away.)
//
// Differences: the critic that is optimised is the one in the loss (in KuaiSim's and LERL's public
// code the loss goes through the target network and the critic never learns); bootstrapping is by
// (1 - terminated), where KuaiSim bootstraps only when the user left; no target networks.

#include <memory>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learner_config.h"

namespace lerl {

struct A2cConfig {
  ActorCriticConfig common{.minibatch = 256};
  bool standardise = true;

  void VisitFields(FieldVisitor& visit) {
    common.VisitFields(visit);
    visit("standardise", standardise, "advantages over a minibatch have mean 0 and variance 1");
  }
};

std::unique_ptr<Agent> MakeA2c(const AgentContext& context, const LearnerConfig& learner,
                               const A2cConfig& config);

}  // namespace lerl
