#pragma once
// `her4if`: hierarchical RL for long-term fairness (Xia et al., ICWS 2024; ACM TWEB 2025, doi
// 10.1145/3769471). A high level weighs groups of items, step by step; a low level picks items
// under these weights. LERL's published relative without a language model: with `groups =
// "categories"` it is a learned, soft plan over categories.
//
//   s_t = [state, u_t]                                 u: the user's lately liked groups
//   high  w_t ~ N(G softmax(f(s_t)), sigma^2),  w+ = max(w, floor)       1 is the even weight
//   low   scores of items + log sum_g x_ig w+_g        x, u: agents/items/item_groups.h; the low level is
//                                                      the policy of `policy.kind`, at [s_t, w+_t]
//   r_low = r;  r_high = r + bonus sum_g X_g (1 - fame_g) / (1 + sum_g u_g fame_g)
//                                                      X: the slate's shares of groups
//   PPO for both (agents/ppo.h), each with its critic (high on s, low on [s, w+]), one optimiser
// With two groups, popular and long tail, r_high is the paper's r + bonus tail(slate) / (1 + u_p).
// With `policy.kind = "items"` the slate is drawn from q_i ~ p_i w_g(i), as in the paper. Without
// exploration w is its mean and the slate the top K.
//
// Its own effect: users who like different groups get different weights, more for the group that
// they like; where groups are liked alike, slates show more of the long tail the higher the bonus.
//
// Differences from the public code, corrected: states are encoded anew, with gradients to the
// encoder (there they are stored in the rollout, and the encoders stay at their random start, as
// with `published_states`); one encoder serves both levels; every session is learned from; the low
// level is evaluated on the weights that it acted on, and the density is that of draws without
// replacement (there: the mean log probability of the slate's items, as with
// `policy.published_density`); a floor keeps all weights from being 0; the advantage is GAE's,
// standardised, targets are detached, clip .2 (there: one step, as with lambda = 0, clip .8); the
// old density is the policy's own (there: a soft copy's). sigma is .2 of the even weight, which
// with two groups is the code's .1. Ours: G groups, and that fairness is fame-weighted. Which items
// are popular is a file there (7.3% of KuaiRand-Pure's), here the share `popular_share`. Left out:
// the state augmentation loss (weight 0 in the published script). The bonus differs between users
// by a factor of 2 at most, as published.

#include <memory>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/ppo.h"

namespace lerl {

struct Her4ifConfig {
  PpoConfig ppo;
  std::string groups = "popularity";
  double popular_share = 0.073;
  double memory = 16;
  double bonus = 0.1;
  double sigma = 0.2;
  double floor = 0.01;
  bool published_states = false;

  void VisitFields(FieldVisitor& visit) {
    ppo.VisitFields(visit);
    visit("groups", groups, "what the high level weighs", {"popularity", "categories"});
    visit("popular_share", popular_share, "share of items that are popular", Range{0, 1});
    visit("memory", memory, "likes over which a user's preference forgets", Range{0.1, 1e4});
    visit("bonus", bonus, "of the high level for what is not famous", Range{0, 100});
    visit("sigma", sigma, "standard deviation of a weight; 1 is the even weight", Range{1e-3, 10});
    visit("floor", floor, "smallest weight", Range{1e-6, 1});
    visit("published_states", published_states, "the state encoder stays at its random start");
  }
};

std::unique_ptr<Agent> MakeHer4if(const AgentContext& context, const LearnerConfig& learner,
                                  const Her4ifConfig& config);

}  // namespace lerl
