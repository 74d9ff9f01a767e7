#pragma once
// `dorl`: debiased offline RL (Gao et al., SIGIR 2023, arXiv 2307.04571). A pessimistic world model
// recommends what the log is dense in, the Matthew effect; a bonus for what the logging policy
// followed up diversely counters it. A2C learns in the model.
//
//   r~ = rhat - lambda_1 P_U + lambda_2 P_E           mean over the slate's items
//   rhat, P_U  agents/user_models/world_ensemble.h, fitted on the log
//   P_E        agents/user_models/behaviour_entropy.h, counted in the log; [0, 2]
// A2C (agents/a2c.h) on sessions imagined in the model, before the first real one; then on the
// sessions played (agents/user_models/model_based_agent.h says by which rewards). Responses in imagined
// sessions are drawn with probability rhat. MOPO is lambda_2 = 0, MBPO both 0.
//
// With `played_rewards = "environment"` (default) played sessions count by what users answered:
// there is no model error left to be pessimistic about, and no bonus. "model" is the published
// scheme. Differences: keys include the present slate, so P_E is a bonus on (s, a), as in the
// public code; lambda_2 is of the reward's order (published: .05 to 5 with P_E in [0, 2] and
// rewards of about 1: 5 makes the bonus the task); a key that was never seen gives no bonus, where
// the public code gives the highest, against P_U (agents/user_models/behaviour_entropy.h); no shift by the
// minimum: imagined sessions are of one length (agents/user_models/imagined_sessions.h), so a constant decides
// nothing, and where leaving is a rule of the environment, rewards are the environment's; A2C's
// lambda is .95 (published: 1) and one Adam serves policy and encoder; users and leaving are never
// read from the truth.

#include <memory>

#include "lerl/agents/a2c.h"
#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/user_models/model_based_config.h"

namespace lerl {

struct DorlConfig {
  A2cConfig a2c;
  ModelBasedConfig model_based;
  WorldEnsembleConfig world;
  double lambda_1 = 0.05;
  double lambda_2 = 0.2;
  std::string entropy_of = "categories";
  bool published_entropy = false;

  void VisitFields(FieldVisitor& visit) {
    a2c.VisitFields(visit);
    model_based.VisitFields(visit);
    visit.Section("world", world);
    visit("lambda_1", lambda_1, "price of uncertainty", Range{0, 100});
    visit("lambda_2", lambda_2, "bonus for the entropy of the logging policy", Range{0, 100});
    visit("entropy_of", entropy_of, "what is counted in the log", {"categories", "items"});
    visit("published_entropy", published_entropy,
          "the public code's: unseen keys count most, H over the distinct next ones");
  }
};

std::unique_ptr<Agent> MakeDorl(const AgentContext& context, const LearnerConfig& learner,
                                const DorlConfig& config);

}  // namespace lerl
