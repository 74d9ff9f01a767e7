#pragma once
// SlateLearner: fine-tunes a policy on slates that a service drew and stored, by the off-policy
// policy gradient of logged propensities with PPO's clipped ratio as its trust region.
//
//   rho_tk = pi(a_tk | x_t, a_t1 .. a_t,k-1) / mu_tk                                           (1)
//   G_t    = r_t + gamma G_t+1,    r_t = sum_k r_tk                                             (2)
//   c_tk   = K r_tk + G_t - r_t                                                                 (3)
//   A_tk   = c_tk - b_t                        standardised over a minibatch
//   L      = -mean_tk min(rho_tk A_tk, clip(rho_tk, 1 - eps, 1 + eps) A_tk)
//            + c_kl mean_t KL(pi_0 || pi)                                                       (4)
//   b_t    = mean_n G_n + beta (V(x_t) - mean_n V(x_n))     n the other slates of t's step      (5)
//
//   a_tk, mu_tk the item at position k of the slate of step t, and its probability, given those
//               above it, as logged when it was drawn
//   x_t         the state as it was then: with what had been answered until then, and the plan
//   pi          exactly what serves: the Plackett-Luce law over the candidates, of scores in units
//               of their spread, at the logged temperature (agents/learning/slate_loss.h)
//   r_tk        what position k adds to the reward of the slate, which is as in training; G_t goes
//               to the session's end as logged
//   c_tk        credit of an item: its own response in the place of the slate's mean, as in
//               training (agents/learning/item_values.h), and all that came later
//   V, beta     the critic of the policy at the start, and the slope of G on V by least squares,
//               within steps; 0 for an agent without a critic. The critic was taught by the
//               simulator, whose returns have another scale.
//   pi_0        the policy before the first epoch
//   eps, c_kl   the settings clip and kl_weight
// rho counts kLargestRatio at most, as weights are capped in the first reference. An epoch is one
// pass over minibatches of whole sessions, each one step of Adam.
//
// To imitate slates that a product showed by itself, which nobody drew, their likelihood takes the
// place of (4), and rewards count nothing:
//
//   L      = -mean_tk log pi(a_tk | x_t, a_t1 .. a_t,k-1) + c_kl mean_t KL(pi_0 || pi)         (6)
//
// References: Chen et al. 2019 (arXiv 1812.02353) for the gradient off the logged policy; Schulman
// et al. 2017 (arXiv 1707.06347) for (4); Xia et al. 2008 (ListMLE, ICML) for (6). Differences from
// Chen et al.: the logged policy's probabilities are known, so that no model estimates them; slates
// are drawn without replacement and each position has its ratio given those above it, so that no
// top-K correction is needed; what holds the policy near its data is clipping. An item's credit
// leaves out what the others of its slate were answered, which it changes only by taking their
// place. From Schulman et al.: the ratio is to the probability that was logged, whichever policy
// drew the slate; the returns are the log's own, and no critic learns.
//
// Axes: K items of a slate, I items, C categories.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/base/field_visitor.h"

namespace lerl {

inline constexpr double kLargestRatio = 10;

// A slate that was shown, with what was answered.
struct AnsweredSlate {
  std::vector<int32_t> items;       // [K]
  std::vector<uint32_t> responses;  // [K] bit f: behaviour f was given
  bool operator==(const AnsweredSlate&) const = default;
};

// A slate that was drawn, in its state.
struct DrawnStep {
  size_t place = 0;                               // in SlateHistory::slates
  int64_t step = 0;                               // of the session
  std::vector<uint8_t> plan = {}, dominant = {};  // [C], [C]
  float budget_left = 1;
  std::vector<bool> candidates = {};           // [I] items that it was drawn from
  std::vector<double> log_probabilities = {};  // [K] of each item, given those before it, as logged
  double temperature = 1;
  std::vector<double> rewards = {};  // [K] what each position adds to the reward of the slate
  double returns = 0;                // G_t
};

// A session as it was known for some of its steps. Where an answer came late, a session has one
// history for the steps before it and one for those after.
struct SlateHistory {
  int32_t user = 0;
  std::vector<AnsweredSlate> slates = {};  // of earlier sessions and of this one, oldest first
  std::vector<DrawnStep> drawn = {};       // those to learn from or to judge, by place
};

struct SlateLearnerConfig {
  double learning_rate = 1e-3;
  double clip = 0.2;
  int64_t minibatch = 32;
  double kl_weight = 0;
  double max_gradient = 0.5;
  bool imitate = false;

  void VisitFields(FieldVisitor& visit) {
    visit("learning_rate", learning_rate, "of Adam", Range{1e-8, 1});
    visit("clip", clip, "epsilon of the clipped surrogate", Range{0.01, 1});
    visit("minibatch", minibatch, "sessions per gradient step", Range{1, 4096});
    visit("kl_weight", kl_weight, "weight of the divergence from the policy at the start",
          Range{0, 100});
    visit("max_gradient", max_gradient, "norm that gradients are clipped to", Range{1e-3, 1e6});
    visit("imitate", imitate,
          "learn to show what the product showed by itself beside an apprentice, instead of what "
          "earned more; gamma, clip, target_kl and least_effective then say nothing");
  }
};

// Whether an agent can learn from slates (agents/learning/slate_policy.h), and those of the
// registry that can.
bool LearnsFromSlates(const Agent& agent);
Names AgentsThatLearnFromSlates();

class SlateLearner {
 public:
  // Both agents, which are one policy at first, can learn from slates and must outlive the learner,
  // as must the histories. The first is moved, the second stays as it is. All draws are from a
  // stream of the seed.
  SlateLearner(Agent& agent, Agent& start, std::span<const SlateHistory> histories,
               const SlateLearnerConfig& config, uint64_t seed);
  ~SlateLearner();

  // Makes an epoch and returns its mean losses. Throws Error(kUnusable) where learning diverges.
  UpdateStats Epoch();
  // Halves the learning rate of the epochs to come.
  void SlowDown();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

// What a policy makes of a slate.
struct SlateView {
  const SlateHistory& history;
  const DrawnStep& drawn;
  std::span<const float> scores;  // [I] of all items
  double kl = 0;                  // of (4), from the policy at the start
};
// Calls `visit` for every slate of the histories, in their order, with the scores of `agent`.
void VisitSlates(Agent& agent, Agent& start, std::span<const SlateHistory> histories,
                 const std::function<void(const SlateView&)>& visit);

}  // namespace lerl
