#pragma once
// `reinforce`: the policy gradient with a baseline (Williams 1992, "Simple statistical
// gradient-following algorithms for connectionist reinforcement learning").
//
//   G_t = r_t + gamma g_t G_t+1,     G_T = V(s_T)                                              (1)
//   L   = -mean_t (G_t - b_t) log pi(a_t | s_t) - c_e mean_t H_t + c_v mean_t (V(s_t) - G_t)^2 (2)
//
//   G_t        return from step t on, of a session of T steps
//   g_t        how much goes on after step t (agents/learning/gae.h): 0 where the user left or a
//              limit that the agent sees was reached; 1 where the session was cut otherwise, so
//              that its last step bootstraps
//   b_t        baseline: `value` is V(s_t), which is learned; `mean` is the mean return of all
//              steps of the minibatch; `none` is 0
//   H_t        entropy of the policy in s_t
//   c_e, c_v   the settings entropy_weight and value_weight
// With `standardise`, G_t - b_t has mean 0 and variance 1 over a minibatch. Under `none`, where
// taking the mean off would be a baseline, G_t is only scaled there, to a mean square of 1.
//
// An update is one pass over the sessions of an iteration, in minibatches of whole sessions; by
// default there is one minibatch, for the reason that agents/a2c.h gives.
//
// A baseline changes the variance of the gradient, not its direction on average. The statistic
// `gradient_variance` is the variance between the gradients of an iteration's minibatches, summed
// over parameters.
//
// Differences from the paper: returns are discounted, and the optimiser is Adam. EasyRL4Rec's PG
// standardises returns over the batch, which is `baseline = "mean"` with `standardise = true`.

#include <memory>
#include <string>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/learner_config.h"

namespace lerl {

struct ReinforceConfig {
  ActorCriticConfig common{.lambda = 1, .minibatch = 256};  // (1) is GAE with lambda = 1
  std::string baseline = "value";
  bool standardise = true;

  void VisitFields(FieldVisitor& visit) {
    common.VisitAllButLambda(visit);
    visit("baseline", baseline, "what is taken from the return", {"value", "mean", "none"});
    visit("standardise", standardise, "advantages over a minibatch have mean 0 and variance 1");
  }
};

std::unique_ptr<Agent> MakeReinforce(const AgentContext& context, const LearnerConfig& learner,
                                     const ReinforceConfig& config);

}  // namespace lerl
