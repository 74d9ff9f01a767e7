#pragma once
// `dnair`: diversity-novelty-aware interactive recommendation (Shi et al., TOIS 42(2), 2024, doi
// 10.1145/3618107): double Q-learning whose reward favours good items of the long tail, and slates
// drawn from what is near and what is far from the user's last item.
//
//   R_k    = r_k + beta quality(i_k) novelty(i_k) + w relevance(s, i_k)        for each shown item
//   novelty(i)      = 1 / log10(popularity(i) + 1.1), scaled to [0, 1] (1: nobody's item)
//   relevance(s, i) = sum_{j=0..9} 0.9^j sim(h_j, i)    h_j: the session's items, the newest first
//   Q, target and loss: agents/dqn.h with R_k in place of r_k; popularity, quality, sim:
//   agents/items/item_statistics.h
// Slate (DSAG): I_sim = the `near` K items of the mask that are most similar to the user's most
// recent item (of the slate shown last, the last; before the first slate, of the training rows),
// and all that tie with the last of them; I_div = the rest. Each slot takes the best Q of I_sim;
// with probability epsilon, while exploring, a random item of I_div. Where nobody's rows relate
// items, all tie, and the slate is dqn's. What is reported is the environment's reward, never R.
//
// Its own effect: logs in which popular items are overexposed (liked at first, tiring in excess)
// and good items of the tail are rare mislead `dqn`; the bonus leads back to the tail.
//
// Differences from the paper and its code (papers.md, section 2): one network for all users on the
// library's state (the code has one network per user on ids as raw numbers, with a tanh over it);
// a reward of its own for each shown item; statistics of the training rows alone; the response
// measures relevance, so w is 0 (the paper's r_rel needs no user's answer); novelty is scaled, or
// beta would weigh one unpopular item as 24 likes; `near` is above 1, for with I_sim of K items Q
// only orders the neighbours of one item; mode without exploration, where the paper draws from
// I_div too. Ours: with `around = "liked"` I_sim is of the most recent liked item, or of the last
// one where none is liked. The public code does otherwise, as these settings would:
//   near = 1, epsilon = 0.05, beta = 0.4     its sizes
//   published_novelty    novelty not scaled, from 3.1 to 24.2
//   published_diversity  exploring slots draw from all items, not from I_div
//   always_diverse       slots explore in evaluation too (the paper as well)

#include <memory>
#include <string>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/dqn.h"
#include "lerl/agents/learning/learner_config.h"

namespace lerl {

struct DnairConfig {
  DoubleQConfig dqn;
  double beta = 0.4;
  double relevance = 0;
  int64_t near = 16;
  std::string around = "last";
  bool published_novelty = false;
  bool published_diversity = false;
  bool always_diverse = false;

  void VisitFields(FieldVisitor& visit) {
    dqn.VisitFields(visit);
    visit("beta", beta, "weight of quality times novelty in the reward", Range{0, 100});
    visit("relevance", relevance, "weight of the similarity to the session's items", Range{0, 100});
    visit("near", near, "items near the user's last one that slates are made of, in slates; 0: all",
          Range{0, 1e6});
    visit("around", around, "which item that is: the last shown, or the last liked",
          {"last", "liked"});
    visit("published_novelty", published_novelty, "novelty from 3.1 to 24.2 in place of 0 to 1");
    visit("published_diversity", published_diversity, "exploring slots draw from all items");
    visit("always_diverse", always_diverse, "slots explore in evaluation too");
  }
};

std::unique_ptr<Agent> MakeDnair(const AgentContext& context, const LearnerConfig& learner,
                                 const DnairConfig& config);

}  // namespace lerl
