#pragma once
// Quantiles of the normal distribution and of Student's t, by the share between -x and x that
// intervals and two-sided tests ask for.

#include <cstdint>

namespace lerl {

// The z with P(|Z| < z) = central for a standard normal Z and central in (0, 1), to a relative
// 1e-10.
double NormalQuantile(double central);

// P(|T| < t) for Student's t with `degrees` > 0, in closed form (Abramowitz and Stegun 26.7.3-4).
double StudentCentralProbability(double t, int64_t degrees);

// The t with P(|T| < t) = central, for central in (0, 1), to a relative 1e-10.
double StudentQuantile(double central, int64_t degrees);

}  // namespace lerl
