#pragma once
// `dnair`: diversity-novelty-aware interactive recommendation (Shi et al., TOIS 42(2), 2024, doi
// 10.1145/3618107): double Q-learning whose reward favours good items of the long tail, and whose
// slates mix what is near the user's last item with what is far from it.
//
//   R_k             = r_k + beta quality(i_k) novelty(i_k) + w relevance(s, i_k)               (1)
//   novelty(i)      = 1 / log10(popularity(i) + 1.1), scaled to [0, 1]                         (2)
//   relevance(s, i) = sum_{j=0..9} 0.9^j sim(h_j, i)                                           (3)
//
//   R_k    what the k-th shown item i_k is credited with; r_k is its reward in agents/dqn.h, whose
//          Q, target and loss hold with R_k in place of r_k
//   h_j    the items that the session has shown before this step, the newest first
//   beta, w                    the settings beta and relevance
//   popularity, quality, sim   agents/items/item_statistics.h
// Novelty is 1 for the item with the fewest users and 0 for the one with the most.
//
// Slate (DSAG). The last item is the last one of the slate shown last; before the first slate it is
// the last one of the user's training rows.
//   I_sim   the near * K items of the mask that are most similar to the last item, and all that tie
//           with the last of them
//   I_div   the rest of the mask
// Each slot takes the best Q of I_sim; while exploring, with probability epsilon, it takes a random
// item of I_div. Where the user has no rows, or nobody's rows relate items, all items tie, and the
// slate is that of `dqn`. What is reported is the environment's reward, never R.
//
// Its own effect, which a test checks: logs in which popular items are overexposed (liked at first,
// tiring in excess) and good items of the tail are rare mislead `dqn`; the bonus leads back to the
// tail.
//
// Differences from the paper and its code (docs/papers.md#dnair):
//   - One network on the library's state serves all users; the code has one network per user, on
//     ids as raw numbers, with a tanh over it.
//   - Each shown item has a reward of its own.
//   - Statistics are of the training rows alone.
//   - w is 0, because the response measures relevance already; the paper's r_rel needs no user's
//     answer.
//   - Novelty is scaled; unscaled it reaches 24, where a like is worth 1.
//   - `near` is above 1; with K items in I_sim, Q would only order the neighbours of one item.
//   - Without exploration the slate is the mode; the paper draws from I_div then, too.
//   - Ours: with `around = "liked"` the last item is the most recent one that was liked, or simply
//     the last one where none was.
// These settings do as the public code does:
//   near = 1, epsilon = 0.05, beta = 0.4   its sizes
//   published_novelty    novelty is not scaled, from 3.1 to 24.2
//   published_diversity  exploring slots draw from all items, not from I_div
//   always_diverse       slots explore in evaluation too (as in the paper)

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
