#pragma once
// `reinforce`: the policy gradient with a baseline (Williams 1992, "Simple statistical
// gradient-following algorithms for connectionist reinforcement learning").
//
//   G_t = r_t + gamma G_t+1          G_T = 0 where the user left, V(s_T) where the session was cut
//   L   = -mean_t (G_t - b_t) log pi(a_t | s_t) - c_e H + c_v mean_t (V(s_t) - G_t)^2
// One pass over the sessions of an iteration, in minibatches of whole sessions; by default one
// minibatch, for the reason that agents/a2c.h gives.
//
// Baselines: `value` (V(s_t), learned), `mean` (the mean return of all steps of the minibatch),
// `none`. They change the variance of the gradient, not its direction on average; the statistic
// `gradient_variance` is the variance between the gradients of an iteration's minibatches, summed
// over parameters.
//
// Differences from the paper: discounted, Adam. EasyRL4Rec's PG has no baseline but standardises
// returns over the batch: `baseline = "none"`, `standardise = true`.

#include <memory>
#include <string>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/learner_config.h"

namespace lerl {

struct ReinforceConfig {
  ActorCriticConfig common{.minibatch = 256};
  std::string baseline = "value";
  bool standardise = true;

  void VisitFields(FieldVisitor& visit) {
    common.VisitFields(visit);
    visit("baseline", baseline, "what is taken from the return", {"value", "mean", "none"});
    visit("standardise", standardise, "advantages over a minibatch have mean 0 and variance 1");
  }
};

std::unique_ptr<Agent> MakeReinforce(const AgentContext& context, const LearnerConfig& learner,
                                     const ReinforceConfig& config);

}  // namespace lerl
