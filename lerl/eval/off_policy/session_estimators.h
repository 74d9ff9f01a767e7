#pragma once
// Off-policy estimates of what whole sessions earn, and of slates, which are sessions of positions.
//
//   R(pi) = E_pi sum_t gamma^t r_t,  rho_t = pi(a_t | s_t) / mu(a_t | s_t),  w_t = prod_j<=t rho_j
//
//   session-wise    1/n sum_i w_iT sum_t gamma^t r_it                                          (1)
//   per decision    1/n sum_i sum_t gamma^t w_it r_it                                          (2)
//   self-normalised sum_t gamma^t (sum_i w_it r_it / sum_i w_it)                               (3)
//   DR              1/n sum_i sum_t gamma^t ( w_it (r_it - q_it) + w_i,t-1 V_it ),  w_i,-1 = 1 (4)
//   SNDR            (4) with w_t / mean_i w_it in the place of w_t                             (5)
//   marginalised    (2) with W_t in the place of w_t                                           (6)
//   MDR             (4) with W_t in the place of w_t                                           (7)
//   FQE             1/n sum_i V_i0                                                             (8)
//
//   W_t    = d^pi_t(s_t) / d^mu_t(s_t) rho_t,   d_t the distribution of the state at step t
//   q, V   value of the logged action and of pi in a state, by a model (fitted_q.h)
//
// In (3) and (5) a session that has ended keeps the weight that it ended with. d^mu_t is counted,
// and d^pi_t follows from d^pi_0 = d^mu_0 by the transitions, whose rows are weighted by rho:
//
//   d^pi_t+1(s') = sum_s d^pi_t(s) / n_t(s) sum_i [s_it = s, s_i,t+1 = s'] rho_it              (9)
//
// (1), (2) and (4) are right for every decision process whose propensities are known; their weights
// grow with the length of a session. (6) and (7) need states that tell all that matters of the
// past; their weights grow with the number of states.
//
// Of slates, with positions in the place of steps: (1) is standard IPS, (2) reward-interaction IPS
// (the answer to an item does not depend on the items below it), and (2) with the ratio of the
// marginals of position k in the place of w_k independent IPS (it depends on no other item).
//
// References: Precup, Sutton and Singh 2000 (ICML) for (1) to (3); Jiang and Li 2016 (arXiv
// 1511.03722) and Thomas and Brunskill 2016 (arXiv 1604.00923) for (4), (5); Xie, Ma and Wang 2019
// (arXiv 1906.03393) for (6), (9); Kallus and Uehara 2020 (arXiv 1908.08526) for (7); Le, Voloshin
// and Yue 2019 (arXiv 1903.08738) for (8); McInerney et al. 2020 (arXiv 2007.12986) for slates.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/eval/off_policy/logged_table.h"
#include "lerl/eval/off_policy/ratio_sum.h"

namespace lerl {

// w_t from rho, [N].
std::vector<double> CumulatedWeights(const LoggedTable& log, std::span<const double> rho);
// W_t, [N], where unit u counts counts[u] times, and (9) is of the log so counted; once without
// counts. Rows of units that count 0 times have 0.
std::vector<double> MarginalWeights(const LoggedTable& log, std::span<const double> rho,
                                    std::span<const double> counts = {});

// (1), with w from CumulatedWeights.
RatioSum SessionIps(const LoggedTable& log, std::span<const double> w, double gamma);
// (2) or (6), and (3).
RatioSum WeighedReturns(const LoggedTable& log, std::span<const double> w, double gamma);
RatioSum SelfNormalisedReturns(const LoggedTable& log, std::span<const double> w, double gamma);
// (4) or (7), and (5). q, v [N].
RatioSum SessionDoublyRobust(const LoggedTable& log, std::span<const double> w,
                             std::span<const double> q, std::span<const double> v, double gamma);
RatioSum SelfNormalisedSessionDr(const LoggedTable& log, std::span<const double> w,
                                 std::span<const double> q, std::span<const double> v,
                                 double gamma);
// (8).
RatioSum FirstValues(const LoggedTable& log, std::span<const double> v);

// What each session or slate has, [G]: its last value, the mean of its values, the same with the
// last one for the steps that it is shorter than the longest, its return, its unit.
std::vector<double> LastOfEach(const LoggedTable& log, std::span<const double> values);
std::vector<double> MeanOfEach(const LoggedTable& log, std::span<const double> values);
std::vector<double> PaddedMeanOfEach(const LoggedTable& log, std::span<const double> values);
std::vector<double> ReturnOfEach(const LoggedTable& log, double gamma);
std::vector<int32_t> UnitOfEach(const LoggedTable& log);

}  // namespace lerl
