#pragma once
// By how much one policy would have earned more per slate than another, both judged from the same
// log: the difference of their self-normalised estimates (eval/off_policy/served_slates.h,
// equation 2).
//
//   gain = sum_n (rho_n / mean(rho) - sigma_n / mean(sigma)) (r_n - S) / N  =  S_pi - S         (1)
//
//   rho, sigma   weights of the slates under the policy and under the reference
//   S_pi, S      SNIPS of each
//   r_n          reward of slate n of N
// A slate's summand is its influence on the difference to first order, so that the interval is of
// sums over users, who are independent. Slates that both policies find as likely count nothing: the
// paired difference varies far less than either estimate.

//
// Of a policy that imitates, the gain is in likelihood: the mean over slates of (log pi_n - log
// sigma_n) / K, where pi_n and sigma_n are the probabilities of the slate that was shown.

#include <span>

#include "lerl/eval/off_policy/served_slates.h"

namespace lerl {

struct HeldOutGain {
  Interval gain{};     // 95%, over users
  double p_value = 1;  // one-sided, of the hypothesis that there is none
};

// Both are of the same slates in the same order, of at least two users.
HeldOutGain EstimateGain(std::span<const LoggedSlate> policy,
                         std::span<const LoggedSlate> reference);
// The gain in likelihood; log_ratios are the logs of the probabilities themselves.
HeldOutGain LikelihoodGain(std::span<const LoggedSlate> policy,
                           std::span<const LoggedSlate> reference);

}  // namespace lerl
