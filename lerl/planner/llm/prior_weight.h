#pragma once
// How a prior (a language model) and a learned head are mixed, and how much the prior is worth by
// what people liked next.
//
//   score_w(c) = w z(prior_c) + (1 - w) z(head_c),   z over the candidates of a state
//   gain(w)    = mean over states of sum_c value_c z(score_w(c))
// value_c is the share of the next likes that are of category c. The weight is the smallest w in
// {0, .05, ..., 1} whose gain lies within one standard error of the best one, the error of their
// difference over states: a prior that does not show that it helps is not listened to.
//
// Reference: the one-standard-error rule, Breiman et al. 1984, Hastie et al. 2009 (7.10). From
// returns of sessions w is learned by planner/llm/weight_slope.h.

#include <cstdint>
#include <span>
#include <vector>

namespace lerl {

inline constexpr int kWeightGrid = 20;  // steps of w in [0, 1]

// Scores standardised over the candidates, mixed; non-candidates get minus infinity.
std::vector<double> MixScores(double weight, std::span<const double> prior,
                              std::span<const double> head, std::span<const uint8_t> candidates);

// One state. Columns are over its candidates alone.
struct LikedState {
  std::vector<double> prior{}, head{}, value{};  // [n]
};
double WeightFromLikes(const std::vector<LikedState>& states);

}  // namespace lerl
