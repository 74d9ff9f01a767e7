#pragma once
// Intervals for figures of users x seeds. The two are crossed: the same users play under every
// seed, so both carry uncertainty and neither carries all of it.
//
// Below kBootstrapSeeds seeds an interval is analytic:
//
//   half width = sqrt(z^2 V_u + t^2 V_s)
//
//   V_u   variance of the U user means / U      z: .975 normal quantile 1.96, since users are many
//   V_s   variance of the S seed means / S      t: .975 quantile of Student's t at S - 1 degrees
//
// With one seed V_s can't be known; the interval is of the users alone, and IntervalMethod says so.
// From kBootstrapSeeds seeds on, an interval lies between the 2.5% and 97.5% percentiles of a
// bootstrap that resamples users and seeds, both with replacement (the pigeonhole bootstrap: Owen,
// Ann. Appl. Stat. 1(2), 2007).
//
// Every metric (eval/metrics/metric.h) becomes a table of cells z_us of user u and seed s, whose
// mean is the estimate:
//
//   mean     z_us    = n_us
//
//   ratio    R       = sum n / sum d
//            z_us    = R + (n_us - R d_us) / mean(d)               linearised, first order
//
//   pooled   theta_s = figure of seed s
//            w_us    = the same without user u
//            z_us    = theta_s + (U - 1) (mean_v w_vs - w_us)      jackknife over users of a seed
//
//   n, d     numerator and denominator of a session
//
// A resample of a ratio computes sum n / sum d anew. A resample of a pooled figure takes the mean
// of its cells, because the union over users who were drawn twice would be too small.
//
// A paired difference of two policies on the same users and seeds takes the differences of their
// cells, or in the bootstrap the difference of both figures in each resample.

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
  bool of_sessions = false;  // a mean: each cell is what one session scored
  double estimate = 0;
  std::vector<double> cells{};        // [S, U] z
  std::vector<double> numerator{};    // [S, U] n of a ratio; otherwise empty
  std::vector<double> denominator{};  // [S, U] d of a ratio; otherwise empty
};

// The table of a metric. `by_seed` [S] has the values of the same users in the same order under
// each seed. A ratio whose denominators are all 0 is 0: where nobody takes a second step, nobody
// repeats anything.
CrossedTable MakeCrossedTable(const std::vector<SessionValues>& by_seed);

// [S] the mean over users under each seed.
std::vector<double> SeedMeans(const CrossedTable& table);

// What intervals and tests are made of.
struct CrossedSpread {
  int64_t seeds = 0;
  double mean = 0;       // the table's estimate
  double by_users = 0;   // V_u
  double by_seeds = 0;   // V_s; 0 with one seed, where it can't be known
  double deviation = 0;  // standard deviation of the cells
};
// Throws Error(kConfig) with fewer than 2 users.
CrossedSpread SpreadOf(const CrossedTable& table);

// The analytic half width that holds the truth with probability `central`, in (0, 1): .95 for an
// interval.
double HalfWidth(const CrossedSpread& spread, double central);

// The table of the differences of the cells, policy - reference. Both have the same users and
// seeds.
CrossedTable PairedTable(const CrossedTable& policy, const CrossedTable& reference);

// The value below which a share p, in [0, 1), of at least one values lies, interpolated between
// neighbours. Reorders the values.
double PercentileOf(std::vector<double>& values, double p);

// The interval of a table's estimate. Throws Error(kConfig) with fewer than 2 users.
Interval CrossedInterval(const CrossedTable& table);

// The interval from the user means alone: too narrow where seeds matter. Throws Error(kConfig) with
// fewer than 2 users.
Interval UsersOnlyInterval(const CrossedTable& table);

// How CrossedInterval makes an interval of so many seeds: "crossed", "bootstrap over users and
// seeds" or "users only (one seed)".
std::string IntervalMethod(int64_t seeds);

// How a policy compares with a reference on the same users and seeds.
struct PairedComparison {
  Interval difference{};      // policy - reference
  bool better = false;        // the interval excludes 0, on the good side
  bool worse = false;         // ... on the bad side
  bool non_inferior = false;  // its bad end is within the margin
};
// `margin` is a share of the reference. Nothing here is corrected for the number of comparisons
// (eval/significance.h is). Throws Error(kConfig) with fewer than 2 users.
PairedComparison ComparePaired(const CrossedTable& policy, const CrossedTable& reference,
                               bool higher_is_better, double margin = kNonInferiorMargin);

}  // namespace lerl
