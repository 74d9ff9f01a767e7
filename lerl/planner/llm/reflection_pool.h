#pragma once
// The pool of reflections, LERL (arXiv 2601.19585), high-level critic.
//
//   R = {(F_u, S_u)}    P(u) = softmax(alpha S_u),  alpha = 1 / sd(S),  without replacement
//
// Experience from satisfied users counts more. Differences: alpha is not given in the paper (its
// public code has .1 on a count of clicks); where the sd is 0 all are alike. When the pool is full
// the lowest S leaves, ties the older one (the public code drops the oldest, good or bad).

#include <cstdint>
#include <string>
#include <vector>

#include "lerl/base/rng.h"

namespace lerl {

struct Reflection {
  std::string text;  // F_u
  double score = 0;  // S_u, return of the session that it is about
};

class ReflectionPool {
 public:
  explicit ReflectionPool(int64_t capacity) : capacity_(capacity) {}

  // False if the pool is full and all others are better, or the text is there already.
  bool Add(Reflection reflection);
  bool Contains(const std::string& text) const;
  // Up to `count` different reflections, in the order drawn.
  std::vector<Reflection> Sample(int64_t count, Rng& rng) const;
  // Probability of each to be drawn first.
  std::vector<double> Probabilities() const;

  const std::vector<Reflection>& reflections() const { return reflections_; }
  void set_reflections(std::vector<Reflection> reflections) {
    reflections_ = std::move(reflections);
  }

 private:
  const int64_t capacity_;
  std::vector<Reflection> reflections_;  // oldest first
};

}  // namespace lerl
