#pragma once
// `a2c`: advantage actor-critic (Konda and Tsitsiklis 1999; Mnih et al. 2016, arXiv 1602.01783, in
// its synchronous form).
//
//   L = -mean_t A_t log pi(a_t | s_t)  -  c_e mean_t H_t  +  c_v mean_t (V(s_t) - R_t)^2        (1)
//
//   A_t, R_t   advantages and returns by GAE (agents/learning/gae.h), computed once, before the
//              update; lambda = 1 gives the n-step returns of the paper. With `standardise`, A_t
//              has mean 0 and variance 1 over a minibatch
//   H_t        entropy of the policy in s_t
//   c_e, c_v   the settings entropy_weight and value_weight
//
// An update is one pass over the sessions of an iteration, in minibatches of whole sessions. (1)
// has no ratio of policies, so the data must be the policy's own: by default a minibatch holds a
// whole iteration. (With small ones the policy leaves its data behind within the pass, and the
// virtual item runs away.)
//
// Differences from KuaiSim's and LERL's public code: the critic that is optimised is the one in the
// loss; the target bootstraps by (1 - terminated); there are no target networks. These settings do
// as the public code does:
//   published_critic     c_v = 0, so that the critic never learns; there its loss goes through the
//                        target network
//   published_bootstrap  A_t = r_t - V(s_t), plus gamma V(s_t+1) only where the user left

#include <memory>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/learner_config.h"

namespace lerl {

struct A2cConfig {
  ActorCriticConfig common{.minibatch = 256};
  bool standardise = true;
  bool published_critic = false;
  bool published_bootstrap = false;

  void VisitFields(FieldVisitor& visit) {
    common.VisitFields(visit);
    visit("standardise", standardise, "advantages over a minibatch have mean 0 and variance 1");
    visit("published_critic", published_critic, "the critic never learns");
    visit("published_bootstrap", published_bootstrap, "bootstrap only where the user has left");
  }
};

std::unique_ptr<Agent> MakeA2c(const AgentContext& context, const LearnerConfig& learner,
                               const A2cConfig& config);

}  // namespace lerl
