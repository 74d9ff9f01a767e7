#pragma once
// Labels on which a language model's answer is silent. An endpoint lists the log-probabilities of
// its `top_logprobs` likeliest tokens, or names some labels in a list; of the other labels only a
// bound is known, the same for all of them (llm/endpoint/label_scores.h). With what `calibrate`
// subtracts such a bound may come out above the score of a label that is listed, so they are moved
// down together:
//
//   s_u <- s_u - max(0, max_u' s_u' - (min_l s_l - 1))
//
//   s_u   score of an unlisted label u, calibrated where the settings say so
//   s_l   score of a listed label l
//
// So every unlisted label ranks below every listed one. Among themselves they keep their order,
// that of what the model says of nobody in particular: the bound less b_u of llm_planner.h. Without
// calibration they tie, and are ordered by the head where the answer is mixed with one
// (planner/llm/llm_grounded_planner.h), and then by the lower id.

#include <cstdint>
#include <span>

namespace lerl {

// Moves the scores [C] of the labels that `unlisted` [C] marks with 1, and returns how many these
// are. Where no label is listed nothing is moved.
int PutUnlistedLast(std::span<float> scores, std::span<const uint8_t> unlisted);

}  // namespace lerl
