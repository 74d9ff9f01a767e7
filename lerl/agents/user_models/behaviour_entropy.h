#pragma once
// BehaviourEntropy: how diverse the logging policy was after a user had met certain items. It is
// the entropy P_E of `dorl` (Gao et al., SIGIR 2023, arXiv 2307.04571), counted from the training
// rows.
//
//   E_k = H(p_key) / log N,     p_key(j) = n_key(j) / sum_j n_key(j)         in [0, 1]         (1)
//   P_E = E_1 + E_2                                                          in [0, 2]         (2)
//
//   key        of length k = 1 or 2: the unordered set of the last k things that the user met, the
//              present one included
//   n_key(j)   how often thing j came next after that key in a user's training rows
//   H          entropy, -sum_j p log p
//   N          number of all things; E_k is 1 - KL(p_key || uniform) / log N
// A thing is an item, or with `categories` the rarest category of an item, as EasyRL4Rec counts.
//
// A slate is a set, so E_1 of a slate is the mean over its items, and E_2 is the mean over the
// pairs of an item of the slate and one of the slate before; with K = 1 both are the paper's. On
// the first slate E_2 is 0.
//
// Differences from the public code, which `published_entropy` undoes:
//   - A key that the log never holds counts 0, because nothing tells of diversity. There it counts
//     1, the most, as do a key with one next thing and a slate without a predecessor.
//   - N counts all things. There it counts the distinct next things of the key, so that two
//     alternating items pass for full diversity.

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "lerl/data/training_rows.h"

namespace lerl {

class BehaviourEntropy {
 public:
  struct Options {
    bool categories = true;  // things are categories, not items
    bool published = false;  // as the public code counts
  };
  BehaviourEntropy(const Dataset& dataset, const TrainingRows& rows, Options options);

  // P_E of a slate, equation (2). `before` is the slate that was shown before it, empty on the
  // first step.
  double Of(std::span<const int32_t> slate, std::span<const int32_t> before) const;

  static constexpr int32_t kNone = -2;  // no thing; items without a category have the thing -1

  // E of the key of two things, equation (1); `b` is kNone for a key of length 1.
  double OfKey(int32_t a, int32_t b) const;
  int32_t Thing(int32_t item) const;

 private:
  static uint64_t Key(int32_t a, int32_t b);

  const Options options_;
  std::vector<int32_t> category_;  // [I] the rarest one, where things are categories
  std::unordered_map<uint64_t, double> entropy_;
};

}  // namespace lerl
