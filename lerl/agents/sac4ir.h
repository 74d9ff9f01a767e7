#pragma once
// `sac4ir`: soft actor-critic for long-term fairness of exposure (Shi et al., IEEE TSC 17(3), 2024,
// doi 10.1109/TSC.2024.3349636; ICWS 2023): items are shown as randomly as accuracy allows. The
// bound on the policy's entropy is a constraint, its multiplier the temperature alpha.
//
//   pi(i | s) = softmax over the mask of l(s, i)         l, Q_1, Q_2: agents/learning/item_values.h
//   y_k   = R_k + gamma g V(s')       V(s') = sum_i pi(i | s') (min_n Q'_n(s', i) - alpha log pi)
//   L_Q   = sum_n mean over shown items of (Q_n(s, i_k) - y_k)^2      critics and state encoder
//   L_pi  = sum_i pi(i | sg s) (alpha log pi(i | sg s) - min_n Q_n(sg s, i))            policy
//   L_a   = log alpha . sg[ H(pi(. | s)) - H_0 ],  H_0 = rho log |mask|  below H_0 alpha rises
// The slate: K draws without replacement while exploring (Gumbel top K), top K of pi in
// evaluation. Each shown item is a transition of its own, as in agents/dqn.h; the expectation over
// pi treats a slot as one draw, exact for K = 1.
//
// Reward R_k, of an item with response y and popularity p in [0, 1] (agents/items/item_statistics.h):
//   bonus        r_k + 0.1 / (ln(P + 1.1) + 1), P the slate's mean p: all its items are credited
//                alike, as in LERL's public code (the default, for comparability)
//   item_bonus   r_k + 0.1 / ln(p + 1.1), of each item: the same authors' matrix environment
//   damped       r_k with y min(1, (p_0 / p)^eta) in place of y, p_0 the median: reconstructed
//   environment  r_k
// The paper's own debiasing is not in its public code (papers.md, section 3).
// Its own effect: the entropy meets its target, at any size of mask.
//
// Differences from the paper: the state is a vector of the library's encoder (the code has one
// number); H_0 counts the items of the mask; rho is below 1, for a bound at the maximum is never
// met and alpha grows without limit; one agent for all users; no self-supervised losses (their form
// is not known); warm start from the logs. The public code does otherwise, as these settings would:
//   published_temperature  L_a with the opposite sign: too little entropy lowers alpha
//   published_logits       l scaled to [-1, 1] in each state (the code: over the batch): the odds
//                          of two items are at most e^2, whatever is learned
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
