#pragma once
// `sac4ir`: soft actor-critic for long-term fairness of exposure (Shi et al., IEEE TSC 17(3), 2024,
// doi 10.1109/TSC.2024.3349636; ICWS 2023). Items are shown as randomly as accuracy allows: a lower
// bound on the policy's entropy is a constraint, and its multiplier is the temperature alpha.
//
//   pi(i | s) = softmax over the mask of l(s, i)                                               (1)
//   V(s')     = sum_i pi(i | s') (min_n Q'_n(s', i) - alpha log pi(i | s'))                    (2)
//   y_k       = R_k + gamma g V(s')                                                            (3)
//   L_Q       = sum_n mean over steps and shown items of (Q_n(s, i_k) - y_k)^2                 (4)
//   L_pi      = mean_t sum_i pi(i | s) (alpha log pi(i | s) - min_n Q_n(s, i))                 (5)
//   L_alpha   = log alpha . sg[ mean_t (H(pi(. | s)) - H_0) ],     H_0 = rho log |mask|        (6)
//
//   l, Q_1, Q_2   values of items (agents/learning/item_values.h); Q'_n is a soft copy of Q_n
//   R_k           what the k-th shown item i_k is credited with, see below
//   g             how much goes on after the step: 0 where the user left (agents/learning/gae.h)
//   H, sg         entropy; stop-gradient
//   y_k           with n_step above 1, n rewards come before V in (3), and from the second on each
//                 is the slate's mean of R_k - alpha log pi(i_k | s) (agents/learning/n_step.h)
// L_Q trains the critics and the state encoder. L_pi trains the policy alone: states and Q are held
// fixed. Under L_alpha, alpha rises while the entropy is below H_0.
//
// The slate: while exploring, K draws from pi without replacement (Gumbel top K); in evaluation,
// the top K of pi. Each shown item is a transition of its own, as in agents/dqn.h. The expectation
// over pi treats a slot as one draw, which is exact for K = 1.
//
// Reward R_k of an item with reward r_k, of which its responses explain c
// (agents/learning/item_values.h), and popularity p in [0, 1] (agents/items/item_statistics.h), by
// the setting `reward`:
//   bonus        r_k + 0.1 / (ln(P + 1.1) + 1), where P is the slate's mean p: all its items are
//                credited alike, as in LERL's public code (the default, for comparability)
//   item_bonus   r_k + 0.1 / ln(p + 1.1), of each item: the same authors' matrix environment
//   damped       r_k with c min(1, (p_0 / p)^eta) in place of c, where p_0 is the median
//                popularity: reconstructed
//   environment  r_k
// The paper's own debiasing is not in its public code (docs/papers.md#sac4ir).
//
// Its own effect, which a test checks: the entropy meets its target.
//
// Differences from the paper:
//   - The state is a vector of the library's encoder; in the code it is one number.
//   - H_0 counts the items of the mask.
//   - rho is below 1, because a bound at the maximum is never met and alpha grows without limit.
//   - One agent serves all users.
//   - There are no self-supervised losses, whose form is not known.
//   - The agent starts warm from the logs.
// These settings do as the public code does:
//   published_temperature  L_alpha has the opposite sign: too little entropy lowers alpha
//   published_logits       l is scaled to [-1, 1] in each state (in the code over the batch), so
//                          that the odds of two items are at most e^2, whatever is learned
// Not kept: the product of |l| with a table of clicks, which is not public.

#include <memory>
#include <string>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/learning/replay_config.h"

namespace lerl {

struct Sac4irConfig {
  ReplayConfig replay;
  double rho = 0.98;
  double alpha = 0.1;
  double alpha_rate = 3e-3;
  std::string reward = "bonus";
  double eta = 0.5;
  bool published_temperature = false;
  bool published_logits = false;

  void VisitFields(FieldVisitor& visit) {
    replay.VisitFields(visit);
    replay.VisitActorRate(visit);
    visit("rho", rho, "entropy target, in logarithms of the number of items that may be shown",
          Range{0, 1});
    visit("alpha", alpha, "temperature at the start", Range{1e-6, 100});
    visit("alpha_rate", alpha_rate, "Adam's step of the temperature; 0: it stays", Range{0, 1});
    visit("reward", reward, "how popularity is taken from the reward",
          {"bonus", "item_bonus", "damped", "environment"});
    visit("eta", eta, "exponent of the damped reward", Range{0, 1});
    visit("published_temperature", published_temperature,
          "too little entropy lowers the temperature");
    visit("published_logits", published_logits, "logits scaled to [-1, 1] in each state");
  }
};

std::unique_ptr<Agent> MakeSac4ir(const AgentContext& context, const LearnerConfig& learner,
                                  const Sac4irConfig& config);

}  // namespace lerl
