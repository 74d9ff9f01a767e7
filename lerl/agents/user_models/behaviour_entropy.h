#pragma once
// How diverse the logging policy was after a user had met certain items: the entropy of `dorl` (Gao
// et al., SIGIR 2023, arXiv 2307.04571), counted from the training rows.
//
//   key of length k (1, 2)   the unordered set of the last k things met, the present one included
//   n_key(j)                 how often j came next in a user's training rows
//   E_k = H(n_key / sum n_key) / log(number of things)    in [0, 1]: 1 - KL(. || uniform) / log(.)
//   P_E = E_1 + E_2                                       in [0, 2]
// A thing is an item, or its rarest category (`categories`; as EasyRL4Rec counts).
//
// Slates: a slate is a set, so E_1 is the mean over its items and E_2 the mean over the pairs of an
// item of the slate and one of the slate before; with K = 1 that is the paper's. E_2 is 0 on the
// first slate.
// Differences: a key that the log never holds counts 0 (no evidence of diversity); in the public
// code it counts 1, the most, as do keys with one next thing and slates without a predecessor, and
// H is divided by the log of the number of distinct next things, so that two alternating items pass
// for full diversity: `published_entropy`.

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "lerl/data/training_rows.h"

namespace lerl {

class BehaviourEntropy {
 public:
  struct Options {
    bool categories = true;
    bool published = false;
  };
  BehaviourEntropy(const Dataset& dataset, const TrainingRows& rows, Options options);

  // P_E of a slate; `before` is the slate that was shown before it, empty on the first step.
  double Of(std::span<const int32_t> slate, std::span<const int32_t> before) const;

  static constexpr int32_t kNone = -2;  // no thing: a category is -1 for an item without one

  // E of a key: `b` is kNone for k = 1. Things, not items.
  double OfKey(int32_t a, int32_t b) const;
  int32_t Thing(int32_t item) const;

 private:
  static uint64_t Key(int32_t a, int32_t b);

  const Options options_;
  std::vector<int32_t> category_;  // [I] where categories are counted
  std::unordered_map<uint64_t, double> entropy_;
};

}  // namespace lerl
