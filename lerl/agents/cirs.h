#pragma once
// `cirs`: counterfactual interactive recommender (Gao et al., TOIS 42(1), 2023, arXiv 2204.01266):
// a causal user model, in which repeating what is alike costs, and PPO that learns in it.
//
//   model     r = y_ui / (1 + e_t)                    agents/user_models/exposure_model.h, fitted on the log
//   planning  r*_t = mean over the slate of y_ui / (1 + gamma_e e*_t),  e* over the session's
//   slates policy    PPO (agents/ppo.h) on sessions imagined in the model, before the first real
//   one;
//             then on the sessions played (agents/user_models/model_based_agent.h says by which rewards)
// Responses in imagined sessions are drawn with probability y / (1 + gamma_e e*), so that states
// show how users tire.
//
// The correction is in the model, never in the environment: with `played_rewards = "environment"`
// (default) played sessions count by what users answered, which holds the true effect already;
// dividing that by 1 + e would count it twice. "model" is the published scheme, in which no true
// reward is seen.
// Differences: users leave by no rule in the imagination (agents/user_models/imagined_sessions.h), where the
// public code takes users and leaving from the true matrix; gamma_e is 1, as the strength of the
// effect is learned (published: 10 on top of a fixed strength; EasyRL4Rec: 1); tau has one unit in
// both stages; interest is a probability, not min-max scaled; slates of K items. Its function that
// should clip at 0 takes a maximum over an axis; nothing here needs clipping. Not offered: the
// subtractive option max(0, y - e), and VirtualTaobao's Euclidean distance.

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
