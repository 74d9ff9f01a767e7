#pragma once
// A slate drawn from the scores of its candidates, by the Plackett-Luce model: item after item
// without putting back, each in proportion to its weight (Plackett 1975, doi 10.2307/2346567; Luce
// 1959).
//
//   z_i = (s_i - mean(s)) / sd(s)                          over the candidates; 0 where sd(s) = 0
//   w_i = exp(z_i / tau)
//   P(a_k | a_1 .. a_k-1) = w_{a_k} / sum_{i not in a_1 .. a_k-1} w_i                           (1)
//   log P(a) = sum_k log P(a_k | a_1 .. a_k-1)                                                  (2)
//
//   s_i   what the agent gives item i. Agents score on scales of their own, so z has none.
//   tau   temperature. Towards 0 the slate becomes the best K, towards infinity a uniform draw.
// These probabilities are exact, so that estimates from a log of them (off-policy evaluation) are
// unbiased. Every candidate has a probability above 0, though it may be too small for a double.
// The top K of z_i / tau with Gumbel noise has the same law (Yellott 1977, doi
// 10.1016/0022-2496(77)90026-8), for the price of noise for each candidate; here an item is found
// by sums of weights in blocks, some sqrt(candidates) steps for each of the K.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/base/rng.h"

namespace lerl {

struct DrawnSlate {
  std::vector<int32_t> items;                  // [K] in the order drawn
  std::vector<double> probabilities = {};      // [K] equation (1)
  double log_probability = 0;                  // equation (2)
  std::vector<double> log_probabilities = {};  // [K] its terms, which are no number too small
};

// log(exp(a) + exp(b)), where either may be minus infinity.
double LogAdd(double a, double b);

// Draws K of the `candidates`, items without repeats whose scores [I] must be finite. Takes one
// draw of `rng` for each of the K. Throws CheckFailure where there are fewer than K or the
// temperature is not above 0.
DrawnSlate DrawSlate(std::span<const float> scores, std::span<const int32_t> candidates,
                     int slate_size, double temperature, Rng& rng);

// What the draw would say of a slate that is given: equations (1) and (2).
DrawnSlate ProbabilitiesOf(std::span<const float> scores, std::span<const int32_t> candidates,
                           std::span<const int32_t> slate, double temperature);

}  // namespace lerl
