#pragma once
// `cirs`: counterfactual interactive recommender (Gao et al., TOIS 42(1), 2023, arXiv 2204.01266).
// It has a causal user model, in which showing similar items again and again costs satisfaction,
// and learns by PPO in that model.
//
//   model      r_t  = y_ui / (1 + e_t)                                                         (1)
//   planning   r*_t = 1/K sum_{i in slate} g_i y_ui / (1 + gamma_e e*_t)                       (2)
//
//   y_ui   interest of user u in item i, a probability
//   g_i    what the price of item i makes of a response (sim/session_env.h), 1 by default
//   e_t    exposure effect of what the user met in the log before time t
//   e*_t   the same effect of the slates that the session has shown before step t
// (1) is fitted on the log (agents/user_models/exposure_model.h). The policy is PPO (agents/ppo.h).
// It learns from sessions imagined in the model, before the first real one; then from the sessions
// played, by the rewards that agents/user_models/model_based_agent.h describes. Responses in
// imagined sessions are drawn with the probability of each item in (2), so that states show how
// users tire.
//
// The correction belongs in the model, never in the environment. With `played_rewards =
// "environment"` (default) a played session counts by what the user answered, which already holds
// the true effect; dividing it by 1 + e would count the effect twice. "model" is the published
// scheme, in which the policy never sees a true reward, nor that a user has left.
//
// Its own effect, which a test checks: from a log with overexposure it earns more than `ppo`.
//
// Differences from the public code (docs/papers.md#cirs):
//   - In the imagination users leave by no rule (agents/user_models/imagined_sessions.h); the
//     public code takes users and leaving from the true matrix.
//   - gamma_e is 1, because the strength of the effect is learned (published: 10 on top of a fixed
//     strength; EasyRL4Rec: 1).
//   - tau has one unit in both stages, turns.
//   - Interest is a probability; there it is min-max scaled.
//   - Slates have K items.
//   - Nothing needs to be clipped; the function there that should clip at 0 takes a maximum over an
//     axis.
// Not offered: the subtractive option max(0, y - e), and VirtualTaobao's Euclidean distance.

#include <memory>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/ppo.h"
#include "lerl/agents/user_models/model_based_config.h"

namespace lerl {

struct CirsConfig {
  PpoConfig ppo;
  ModelBasedConfig model_based;
  ExposureModelConfig user_model;
  double gamma_e = 1;

  void VisitFields(FieldVisitor& visit) {
    ppo.VisitFields(visit);
    model_based.VisitFields(visit);
    visit.Section("user_model", user_model);
    visit("gamma_e", gamma_e, "factor on the exposure effect in planning", Range{0, 1000});
  }
};

std::unique_ptr<Agent> MakeCirs(const AgentContext& context, const LearnerConfig& learner,
                                const CirsConfig& config);

}  // namespace lerl
