#pragma once
// `dorl`: debiased offline RL (Gao et al., SIGIR 2023, arXiv 2307.04571). A pessimistic world model
// recommends what the log is dense in, which is the Matthew effect. A bonus for states after which
// the logging policy behaved diversely counters it. The policy is A2C, which learns in the model.
//
//   r~(s, a) = mean_{i in a} g_i [ rhat(u, i) - lambda_1 P_U(u, i) ] + lambda_2 P_E(s, a)      (1)
//
//   g_i         what the price of item i makes of a response (sim/session_env.h), 1 by default
//   rhat, P_U   predicted reward and its uncertainty, fitted on the log
//               (agents/user_models/world_ensemble.h)
//   P_E         entropy of the logging policy after the slate a and the one before it, counted in
//               the log, in [0, 2] (agents/user_models/behaviour_entropy.h)
// lambda_2 = 0 is MOPO, both 0 is MBPO.
//
// A2C (agents/a2c.h) learns from sessions imagined in the model, before the first real one; then
// from the sessions played, by the rewards that agents/user_models/model_based_agent.h describes.
// Responses in imagined sessions are drawn with probability rhat.
//
// With `played_rewards = "environment"` (default) a played session counts by what the user
// answered: no model error is left to be pessimistic about, and there is no bonus. "model" is the
// published scheme.
//
// Where its defaults teach nothing before the first session:
//   - The model is fitted by world.fit.epochs passes. A log of few rows fills one minibatch a pass,
//     and after 10 gradient steps rhat is still about the mean response.
//   - Without imagine.repeats an imagined session of a user with few items left shows all of them,
//     so that every policy imagines the same reward.
// What is learned then is noise, by which the policy loses its warm start.
//
// Its own effect, which a test checks: from a log that is dense in one category it earns more than
// `a2c`, and more than the same world model without penalty and bonus.
//
// Differences from the paper and its code (docs/papers.md#dorl):
//   - The keys of P_E include the present slate, so P_E is a bonus on (s, a), as in the public
//     code.
//   - lambda_2 is of the reward's order. Published are .05 to 5, with P_E in [0, 2] and rewards of
//     about 1: 5 makes the bonus the task.
//   - A key that was never seen gives no bonus; in the public code it gives the highest, against
//     P_U.
//   - r~ is not shifted by its minimum. Imagined sessions are of one length
//     (agents/user_models/imagined_sessions.h), so a constant decides nothing; where leaving is a
//     rule of the environment, rewards are the environment's.
//   - A2C's lambda is .95 (published: 1), and one Adam serves policy and encoder.
//   - Users and leaving are never read from the truth: with "model" a session that the user left
//     counts as cut (agents/user_models/model_based_agent.h).

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
