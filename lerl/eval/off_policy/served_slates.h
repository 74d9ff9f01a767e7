#pragma once
// Off-policy evaluation: what a policy would have earned per slate, from the log of another one
// that recorded how likely each of its choices was. Sessions go on as they were logged, so this is
// the worth of the policy's slates in the states that the logged policy led to, not of whole
// sessions under it.
//
//   rho_n   = pi(a_n | s_n) / mu(a_n | s_n)                    weight of slate n
//   IPS     = sum rho_n r_n / N                                                               (1)
//   SNIPS   = sum rho_n r_n / sum rho_n                                                       (2)
//   DR      = sum (Q_n + rho_n (r_n - q_n)) / N                                               (3)
//   cascade = sum_n sum_k w_nk r_nk / N,    w_nk = prod_{j <= k} pi_j / mu_j                  (4)
//
//   N            slates of the log; a_n a slate, drawn item by item, in the state s_n
//   mu, pi       probability under the policy that was logged and the one that is judged
//   pi_j, mu_j   the same of the item at position j, given those before it
//   r_n, r_nk    reward of the slate, and what position k adds to it: r_n = sum_k r_nk
//   q_n          what a model of the reward expects of a_n
//   Q_n          what it expects of a slate of pi in s_n
// (1) and (3) are unbiased where mu can show whatever pi can; (3) varies less the better the model
// is. (4) is unbiased if also the answer to an item does not depend on the items below it, and then
// varies much less than (1).
//
// Intervals are of 95%, over users: slates of one user are not independent. There is no estimate
// without support: the mean of rho is 1 where mu can show what pi can, and few slates that carry
// all the weight say little.
//
// References: Horvitz and Thompson 1952 for (1); Swaminathan and Joachims 2015 (the self-normalised
// estimator, NeurIPS) for (2); Dudik et al. 2011 (arXiv 1103.4601) for (3); McInerney et al. 2020
// (arXiv 2007.12986) for (4); Kong 1992 for the effective number.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lerl/eval/statistics.h"

namespace lerl {

struct LoggedSlate {
  int64_t user = 0;                // any number, the same for all slates of one user
  std::vector<double> log_ratios;  // [K] log pi_k - log mu_k; minus infinity where pi_k is 0
  std::vector<double> rewards;     // [K] r_nk
  double modelled = 0;             // q_n
  double modelled_target = 0;      // Q_n
};

struct OffPolicyEstimate {
  int64_t slates = 0, users = 0;
  Interval logged{};       // reward per slate of the policy that was logged
  Interval mean_weight{};  // of rho
  // (sum rho)^2 / sum rho^2: slates of the judged policy's own that would say as much.
  double effective_slates = 0;
  double effective_cascade = 0;  // the same of w_nK-bar, the mean of a slate's weights in (4)
  // Why an estimate is not given; "" where it is.
  std::string no_ips{}, no_cascade{};
  std::optional<Interval> ips{}, snips{}, dr{};  // nothing where no_ips says why
  std::optional<Interval> cascade{};             // nothing where no_cascade says why
};

// The fewest users, and effective slates, for an estimate.
inline constexpr int64_t kFewestOffPolicyUsers = 20;
inline constexpr double kFewestEffectiveSlates = 50;

OffPolicyEstimate EstimateOffPolicy(std::span<const LoggedSlate> slates);

}  // namespace lerl
