#pragma once
// The reflection pool of LERL's high-level critic (arXiv 2601.19585; docs/papers.md), from which
// prompts take their reflections. Experience from satisfied users counts more:
//
//   R     = {(F_u, S_u)}
//   P(u)  = softmax_u(alpha S_u)           N_s are drawn without replacement
//   alpha = 1 / sd(S)                      0 where the sd is 0, so that all are alike; or the
//                                          setting planner.llm.alpha, where that is above 0
//
//   F_u   a reflection
//   S_u   return of the session that it is about
//   N_r   capacity of the pool (planner.llm.pool_capacity)
//   N_s   reflections of a draw (planner.llm.sampled_reflections)
//
// When the pool is full the lowest S leaves, of equal ones the oldest.
//
// Differences: the paper gives no alpha; its public code has .1 on a count of clicks. Where a step
// is worth its likes / K, S counts likes / K, and alpha = .1 K is the same. The public code drops
// the oldest reflection, whether it is good or bad: the setting planner.llm.published_pool.

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
  struct Options {
    int64_t capacity = 200;
    double alpha = 0;            // 0: 1 / sd(S)
    bool oldest_leaves = false;  // first in, first out, in place of the lowest S
  };
  explicit ReflectionPool(Options options) : options_(options) {}

  // Returns false, and adds nothing, if the text is in the pool already, or if the pool is full,
  // the lowest leaves, and all reflections have a higher score.
  bool Add(Reflection reflection);
  bool Contains(const std::string& text) const;
  // Up to `count` different reflections, in the order in which they were drawn.
  std::vector<Reflection> Sample(int64_t count, Rng& rng) const;
  // P(u): the probability of each reflection to be drawn first.
  std::vector<double> Probabilities() const;

  const std::vector<Reflection>& reflections() const { return reflections_; }
  void set_reflections(std::vector<Reflection> reflections) {
    reflections_ = std::move(reflections);
  }

 private:
  const Options options_;
  std::vector<Reflection> reflections_;  // oldest first
};

}  // namespace lerl
