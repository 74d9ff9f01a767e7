#pragma once
// Power: what a design of users x seeds shows, and how many seeds a claim needs.
//
// A table of paired differences d_us of user u and seed s is taken as crossed random effects
// (Searle, Linear Models, 1971, chapter 9)
//
//   d_us = mu + a_u + b_s + e_us
//
// with variances from mean squares, those below 0 taken as 0:
//
//   rest  = MS_e     users = (MS_u - MS_e) / S     seeds = (MS_s - MS_e) / U
//
// So with S' seeds and the same U users the variances of eval/statistics.h would be
//
//   V_u = (users + rest / S') / U        V_s = (seeds + rest / U) / S'
//
// With h(c) the half width that holds the truth with probability c at these variances, a test at
// level alpha shows with a power of 80% a
//
//   better    difference of  h(1 - alpha) + h(.6)
//   no worse  margin of      h(1 - 2 alpha) + h(.6)     where both are alike
//   same      margin of      h(1 - 2 alpha) + h(.8)     where both are alike: two sides to fail on

#include <cstdint>
#include <optional>
#include <string>

#include "lerl/eval/statistics.h"

namespace lerl {

inline constexpr int64_t kMostSeeds = 1000;  // that are looked at

struct CrossedComponents {  // variances
  int64_t users = 0;        // U
  double of_users = 0, of_seeds = 0, rest = 0;
};

// Of a table with at least 2 users and 2 seeds.
CrossedComponents ComponentsOf(const CrossedTable& table);

// The spread that so many seeds with the same number of users would have.
CrossedSpread SpreadWithSeeds(const CrossedComponents& components, int64_t seeds);

// What a claim that `says` "better", "no worse" or "same" shows at `level` with a power of 80%: a
// difference or a margin, in the metric's unit.
double SmallestShown(const CrossedSpread& spread, const std::string& says, double level);

// The fewest seeds, at least 2, with which that is at most `wanted`; nothing where kMostSeeds are
// too few, so that more users are needed.
std::optional<int64_t> SeedsNeeded(const CrossedComponents& components, const std::string& says,
                                   double level, double wanted);

}  // namespace lerl
