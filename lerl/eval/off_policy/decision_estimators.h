#pragma once
// Off-policy estimates of single decisions: what a policy pi would have earned per decision, from
// the log of another one, mu.
//
//   rho_n   = pi(a_n | x_n) / mu(a_n | x_n)                    weight of decision n
//   IPS     = sum rho_n r_n / N                                                               (1)
//   SNIPS   = sum rho_n r_n / sum rho_n                                                       (2)
//   clipped = sum min(rho_n, M) r_n / N                                                       (3)
//   DM      = sum Q_n / N                                                                     (4)
//   DR      = sum (Q_n + rho_n (r_n - q_n)) / N                                               (5)
//   SNDR    = sum Q_n / N + sum rho_n (r_n - q_n) / sum rho_n                                 (6)
//   switch  = sum (Q_n + rho_n [rho_n <= tau] (r_n - q_n)) / N                                (7)
//   MRDR    = (5) with the model that makes its variance least (reward_model.h)               (8)
//
//   x, a, r      context, action, reward
//   q_n, Q_n     what a model of the reward expects of a_n, and of pi: sum_a pi(a | x_n) q(x_n, a)
//   M            largest weight that counts in full; by default sqrt(N)
//   tau          largest weight that is used; above it (4) has the say
//
// (1), (5), (6) and (8) are right in the limit where mu can show whatever pi can, and (4) where the
// model is right. (3) is too low for rewards above 0. tau is by default the one whose estimated
// mean squared error is least, over quantiles of the weights:
//
//   var(terms of (7)) / N  +  (R sum rho_n [rho_n > tau] / N)^2,    R: range of the rewards    (9)
//
// Units (users) are what is drawn by chance; decisions of one unit are not independent.
//
// References: Horvitz and Thompson 1952 for (1); Swaminathan and Joachims 2015 (NeurIPS) for (2);
// Ionides 2008 (J. Comp. Graph. Stat. 17) for (3) and its M; Dudik et al. 2011 (arXiv 1103.4601)
// for (4), (5); Kallus and Uehara 2019 (arXiv 1906.03735) for (6); Wang, Agarwal and Dudik 2017
// (arXiv 1612.01205) for (7), (9); Farajtabar, Chow and Ghavamzadeh 2018 (arXiv 1802.03493) for
// (8).

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/eval/off_policy/ratio_sum.h"

namespace lerl {

// N decisions and what was expected of them. `modelled` and `target` may be empty for (1) to (3).
struct WeighedDecisions {
  int64_t units = 0;
  std::span<const int32_t> unit;  // [N], in [0, units)
  std::span<const double> weight, reward;
  std::span<const double> modelled, target;  // q_n, Q_n
};

RatioSum Ips(const WeighedDecisions& log);                      // (1)
RatioSum SelfNormalisedIps(const WeighedDecisions& log);        // (2)
RatioSum ClippedIps(const WeighedDecisions& log, double most);  // (3)
// (4), of which each decision adds Q_n + influence_n (reward_model.h): what it would add if the
// model were fitted anew, so that intervals know that the model is fitted.
RatioSum DirectMethod(const WeighedDecisions& log, std::span<const double> influence);
RatioSum DoublyRobust(const WeighedDecisions& log);                    // (5), (8)
RatioSum SelfNormalisedDoublyRobust(const WeighedDecisions& log);      // (6)
RatioSum SwitchDoublyRobust(const WeighedDecisions& log, double tau);  // (7)

double UsualClip(int64_t decisions);  // M
// tau by (9), for rewards within `range` of each other.
double SwitchByError(const WeighedDecisions& log, double range);

}  // namespace lerl
