#pragma once
// WeightFromLikes: how much weight a prior (a language model) deserves beside a learned head, by
// what people liked next.
//
//   gain(w) = mean over states of sum_c value_c z(score_w(c))
//   w*      = the smallest w with  gain(best) - gain(w) <= se(gain(best) - gain(w))
//
//   score_w  the scores of prior and head, mixed (planner/llm/mix_scores.h)
//   z        standardised over the candidates of a state
//   value_c  share of the next likes that fall into category c
//   w        one of {0, .05, ..., 1}; `best` is the one of the largest gain
//   se       standard error of the mean difference over states
//
// So a prior that does not show that it helps has no weight.
//
// Reference: the one-standard-error rule, Breiman et al. 1984; Hastie et al. 2009, 7.10. From the
// returns of sessions planner/llm/prior_weight_from_returns.h learns w.

#include <vector>

namespace lerl {

// A state and what its user liked next. Columns are over its n candidates alone.
struct LikedState {
  std::vector<double> prior{}, head{}, value{};  // [n]
};
// w*; 0 without states.
double WeightFromLikes(const std::vector<LikedState>& states);

}  // namespace lerl
