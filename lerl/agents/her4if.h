#pragma once
// `her4if`: hierarchical RL for long-term fairness (Xia et al., ICWS 2024; ACM TWEB 2025, doi
// 10.1145/3769471). A high level weighs groups of items, step by step; a low level picks items
// under these weights. It is LERL's published relative without a language model: with `groups =
// "categories"` it is a learned, soft plan over categories.
//
//   s_t     = [state, u_t]                                                                     (1)
//   w_t     ~ N(G softmax(f(s_t)), sigma^2 I),     w+_t = max(w_t, floor)                      (2)
//   score_t = low level's scores at [s_t, w+_t]  +  log sum_g x_ig w+_tg                       (3)
//   r_low   = r                                                                                (4)
//   r_high  = r + bonus sum_g X_g (1 - fame_g) / (1 + sum_g u_g fame_g)                        (5)
//
//   u_t    shares of the groups among what the user lately liked (agents/items/item_groups.h)
//   G, x   number of groups; x_ig is item i's share in group g; fame_g, in [0, 1], says how popular
//          group g is (same header)
//   w_t    one weight per group; the even weight is 1
//   X      shares of the groups in the slate: the mean of x_i over its items
// Both levels learn by PPO (agents/ppo.h). Each has its critic, the high one on s, the low one on
// [s, w+]; one optimiser serves all, and schedules and value clip hold for both. The low level is
// the policy of `policy.kind`. The KL of target_kl is that of both levels together.
//
// With two groups, popular and long tail, r_high is the paper's r + bonus tail(slate) / (1 + u_p).
// With `policy.kind = "items"` the slate is drawn from q_i ~ p_i w_g(i), as in the paper. Without
// exploration w is its mean and the slate the top K.
//
// Its own effect, which tests check: users who like different groups get different weights, more
// for the group that they like; where all groups are liked alike, slates show more of the long tail
// the higher the bonus.
//
// Differences from the public code, corrected (docs/papers.md#her4if):
//   - States are encoded anew, with gradients to the encoder. There they are stored in play, and
//     the encoders stay at their random start, as they do here with `published_states`.
//   - One encoder serves both levels.
//   - Every session is learned from; there the last minibatch of an iteration is dropped.
//   - The low level is evaluated on the weights that it acted on.
//   - The density is that of draws without replacement. There it is the mean log probability of the
//     slate's items, as it is here with `policy.published_density`.
//   - A floor keeps all weights from being 0.
//   - The advantage is GAE's, standardised, targets are detached, and clip is .2. There it is of
//     one step, as with lambda = 0, and clip is .8.
//   - The old density is the policy's own; there it is a soft copy's.
//   - sigma is .2 of the even weight, which with two groups is the code's .1.
//   - Ours: there are G groups, and fairness is weighted by fame.
//   - The share `popular_share` says which items are popular; there a file does (7.3% of the items
//     of KuaiRand-Pure).
// As published, the bonus differs between users by a factor of 2 at most. Left out: the state
// augmentation loss, whose weight is 0 in the published script.

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
