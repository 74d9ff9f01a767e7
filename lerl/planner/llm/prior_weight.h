#pragma once
// How the scores of a prior (a language model) and of a learned head are mixed, and how much weight
// the prior deserves by what people liked next.
//
//   score_w(c) = w z(prior_c) + (1 - w) z(head_c)
//   gain(w)    = mean over states of sum_c value_c z(score_w(c))
//   w*         = the smallest w with  gain(best) - gain(w) <= se(gain(best) - gain(w))
//
//   z        standardised over the candidates of a state
//   value_c  share of the next likes that fall into category c
//   w        one of {0, .05, ..., 1}; `best` is the one of the largest gain
//   se       standard error of the mean difference over states
//
// So a prior that does not show that it helps has no weight.
//
// Reference: the one-standard-error rule, Breiman et al. 1984; Hastie et al. 2009, 7.10. From the
// returns of sessions planner/llm/weight_slope.h learns w.

#include <cstdint>
#include <span>
#include <vector>

namespace lerl {

inline constexpr int kWeightGrid = 20;  // w goes from 0 to 1 in so many steps

// score_w [C] over the candidates; the other categories get minus infinity.
std::vector<double> MixScores(double weight, std::span<const double> prior,
                              std::span<const double> head, std::span<const uint8_t> candidates);

// A state and what its user liked next. Columns are over its n candidates alone.
struct LikedState {
  std::vector<double> prior{}, head{}, value{};  // [n]
};
// w*; 0 without states.
double WeightFromLikes(const std::vector<LikedState>& states);

}  // namespace lerl
