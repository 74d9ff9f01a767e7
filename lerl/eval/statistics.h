#pragma once
// Intervals for figures of users x seeds, which are crossed: the same users are played under every
// seed, so neither users nor seeds alone carry the uncertainty.
//
//   half width = sqrt(1.96^2 V_u + t^2 V_s)
//   V_u = variance of the user means / U      (1.96: normal quantile, users are many)
//   V_s = variance of the seed means / S      (t: .975 quantile of Student's t at S - 1 degrees)
//
// From kBootstrapSeeds seeds on: percentiles of a bootstrap that resamples users and seeds, both
// with replacement (the pigeonhole bootstrap: Owen, Ann. Appl. Stat. 1(2), 2007). With one seed V_s
// can't be known: users only, labelled so.
//
// Every metric becomes a table of cells z_us whose mean is the estimate:
//   mean    z_us = n_us
//   ratio   R = sum n / sum d;  z_us = R + (n_us - R d_us) / mean(d)     (linearised, first order);
//           each bootstrap resample computes sum n / sum d anew
//   pooled  jackknife over the users of a seed: z_us = theta_s + (U - 1) (mean_u w_us - w_us),
//           w_us = the figure without user u; the bootstrap resamples these cells, since a union
//           over users drawn twice is too small
// A paired difference applies the same to the cells of both policies on the same users and seeds.

#include <cstdint>
#include <string>
#include <vector>

#include "lerl/eval/metrics/metric.h"

namespace lerl {

inline constexpr int64_t kBootstrapSeeds = 10;
inline constexpr double kNonInferiorMargin = 0.02;  // of the reference

struct Interval {  // 95%
  double mean = 0, low = 0, high = 0;
};

// Axes: S seeds, U users.
struct CrossedTable {
  int64_t seeds = 0, users = 0;
  double estimate = 0;
  std::vector<double> cells{};        // [S, U]
  std::vector<double> numerator{};    // [S, U], of a ratio; otherwise empty
  std::vector<double> denominator{};  // [S, U]
};

// `by_seed` [S]: the values of the same users in the same order under each seed. A ratio whose
// denominators are all 0 is 0 (nobody repeats anything where nobody takes a second step).
CrossedTable MakeCrossedTable(const std::vector<SessionValues>& by_seed);

// Throws Error(kConfig) with fewer than 2 users.
Interval CrossedInterval(const CrossedTable& table);

// The interval from the users' means alone, which claims too much where seeds matter.
Interval UsersOnlyInterval(const CrossedTable& table);

// How CrossedInterval gets its interval: "crossed", "bootstrap over users and seeds" or "users only
// (one seed)".
std::string IntervalMethod(int64_t seeds);

// A policy against a reference, both on the same users and seeds.
struct PairedComparison {
  Interval difference{};      // policy - reference
  bool better = false;        // the interval excludes 0, on the good side
  bool worse = false;         // ... on the bad side
  bool non_inferior = false;  // its bad end is within kNonInferiorMargin of the reference
};
PairedComparison ComparePaired(const CrossedTable& policy, const CrossedTable& reference,
                               bool higher_is_better);

// P(|T| < t) for Student's t with `degrees` > 0, in closed form (Abramowitz and Stegun 26.7.3-4).
double StudentCentralProbability(double t, int64_t degrees);

// The t with P(|T| < t) = central, central in (0, 1), to 1e-10 relative.
double StudentQuantile(double central, int64_t degrees);

}  // namespace lerl
