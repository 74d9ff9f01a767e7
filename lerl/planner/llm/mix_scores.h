#pragma once
// How the scores of a prior (a language model) and of a learned head are mixed, with a weight w of
// the prior:
//
//   score_w(c) = w z(prior_c) + (1 - w) z(head_c)      z standardised over the candidates
//
// What w should be, planner/llm/prior_weight_from_returns.h and prior_weight_from_likes.h say.

#include <cstdint>
#include <span>
#include <vector>

namespace lerl {

inline constexpr int kWeightGrid = 20;  // w goes from 0 to 1 in so many steps

// score_w [n] of n candidates.
std::vector<double> MixOfCandidates(double weight, std::vector<double> prior,
                                    std::vector<double> head);
// score_w [C] over the candidates; the other categories get minus infinity.
std::vector<double> MixScores(double weight, std::span<const double> prior,
                              std::span<const double> head, std::span<const uint8_t> candidates);

}  // namespace lerl
