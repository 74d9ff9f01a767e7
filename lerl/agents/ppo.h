#pragma once
// `ppo`: proximal policy optimisation with a virtual item, the low-level personalised learner of
// LERL (arXiv 2601.19585). LERL is this agent with the `llm` planner; nothing in here knows which
// planner made the plan.
//
//   p_t ~ N(mu(s_t), sigma(s_t)^2)      virtual item
//   score(i) = E_i . p_t                slate = top K in the plan
//   L = - E_t min(rho_t A_t, clip(rho_t, 1 - eps, 1 + eps) A_t)
//       + c_v (V(s_t) - R_t)^2 - c_e H
//   rho_t = N(p_t; theta) / N(p_t; theta_old)
//   A_t by GAE (agents/learning/gae.h), standardised per minibatch
//
// References: Schulman et al. 2017 (arXiv 1707.06347), Schulman et al. 2016 (1506.02438).
//
// Choices where the paper is silent, and differences from its public code (papers.md, section 0):
//   - the encoder is causal, so one pass over a whole session gives the states of all its steps;
//     it is trained with the policy (in the public code it stays at its random start);
//   - E is frozen, the mask is minus infinity, states hold plan, dominant categories and budget;
//   - a session that was cut bootstraps, one that the user left does not;
//   - warm start: cross entropy of sigmoid(E_i mu) against the responses of the logs.
// Not handled: learning while sessions run (an iteration is a batch of whole sessions).

#include <memory>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/learner_config.h"

namespace lerl {

struct PpoConfig {
  ActorCriticConfig common;
  double clip = 0.2;
  int64_t epochs = 2;

  void VisitFields(FieldVisitor& visit) {
    common.VisitFields(visit);
    visit("clip", clip, "epsilon of the clipped surrogate", Range{0.01, 1});
    visit("epochs", epochs, "passes over the sessions of an iteration", Range{1, 100});
  }
};

std::unique_ptr<Agent> MakePpo(const AgentContext& context, const LearnerConfig& learner,
                               const PpoConfig& config);

}  // namespace lerl
