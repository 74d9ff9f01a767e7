#pragma once
// Priorities: which sessions of a replay are learned from more often, because the critics foretold
// them badly (the proportional variant of prioritised replay: Schaul et al. 2016, arXiv
// 1511.05952).
//
//   P(i) = p_i^alpha / sum_j p_j^alpha                                                         (1)
//   p_i  = |delta_i| + eps                                                                     (2)
//   w_i  = (N P(i))^-beta / max_j (N P(j))^-beta = (min_j P(j) / P(i))^beta                    (3)
//
//   P(i)      chance that a draw takes session i
//   delta_i   the critics' error when session i was last learned from
//   eps       `floor`, so that no session is never drawn again
//   w_i       importance weight: what the session's squared error counts, since it is drawn more
//             often or less than by chance 1 / N; the largest of a minibatch is 1
//   N         sessions in the replay
// alpha = 0 is the uniform replay, and beta = 1 makes up for the priorities in full.
//
// A session that enters has the largest p that any session has had so far, and 1 at first, so that
// what is new is soon learned from. For a minibatch of n, [0, sum_j p_j^alpha) is divided into n
// equal parts, and one number is drawn from each (appendix B.2.1).
//
// Differences from the paper: what is drawn is a whole session, since one pass over it encodes all
// of its states; |delta_i| is the mean over its steps (agents/learning/replay_agent.h).

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/agents/learning/sum_tree.h"
#include "lerl/base/rng.h"
#include "lerl/base/tensor_file.h"

namespace lerl {

class Priorities {
 public:
  // For the sessions at that many places of a replay; exponent alpha > 0, floor eps > 0. Places are
  // empty at first, and an empty one is never drawn.
  Priorities(int64_t places, double exponent, double floor);

  void Enter(int64_t place);              // a new session stands there
  void Set(int64_t place, double error);  // |delta| of the session there, >= 0
  double Of(int64_t place) const;         // p; 0 where the place is empty
  double ChanceOf(int64_t place) const;   // P
  std::vector<int64_t> Draw(int64_t count, Rng& rng) const;
  // w of the sessions of a minibatch, each in (0, 1].
  std::vector<float> Weights(std::span<const int64_t> minibatch, double beta) const;

  void Save(const std::string& prefix, Arrays& arrays) const;
  // Throws Error(kCheckpoint) where the arrays are missing or belong to a replay of another size.
  void Load(const std::string& prefix, const Arrays& arrays);

 private:
  void SetPriority(int64_t place, double p);

  const double exponent_, floor_;
  double largest_ = 1;     // p so far
  std::vector<double> p_;  // [places]
  SumTree tree_;           // p^alpha
};

}  // namespace lerl
