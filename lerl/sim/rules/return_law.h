#pragma once
// When a user comes back: after d days, by a geometric law that is cut at 10 days.
//
//   P(d) = q (1 - q)^(d-1) / (1 - (1 - q)^10),   d = 1 .. 10
//
// The larger q, the sooner the user is back. The mean of d lies between 1, where q = 1 (back on the
// next day), and 5.5, where q -> 0 (all ten days alike).
//
// There are two choices of q; sim/cross_session_env.h shows their place in a task.
//
//   law "mood"
//   q = sigmoid(a + a_u + b m_end)
//     m_end     mood at the end of the visit
//     a, a_u    of everyone and of the user (sim/rules/return_calibration.h)
//     b         env.cross_session.mood_weight
//
//   law "kuaisim"
//   q = clip(P_0 + c mean_k sum_f v_f y_kf, .001, .999)
//     y_kf      response to item k of the visit's last slate by behaviour f, 0 or 1
//     v_f       training rows with behaviour f / training rows without it, negative for `hate`
//     P_0, c    env.cross_session.kuaisim_base and kuaisim_weight
//
// Reference: KuaiSim (arXiv 2309.12645; docs/papers.md#return-law), which writes its law as
// softmax_d(ln P + d ln(1 - P)) for d = 0 .. 9; this is the same law. Difference: its personal
// bias, the output of a network that is never trained, is left out.

#include <array>
#include <span>

#include "lerl/base/rng.h"

namespace lerl {

inline constexpr int kLongestAbsence = 10;  // days

// sigmoid(logit), at least 1e-9.
double ReturnRate(double logit);

// P(1) .. P(10), their mean, and a draw from them, 1 .. 10. q lies in (0, 1].
std::array<double, kLongestAbsence> ReturnProbabilities(double q);
double MeanReturnDays(double q);
int DrawReturnDays(double q, Rng& rng);

// Solves  mean over x in `terms` of MeanReturnDays(ReturnRate(a + x)) = mean_days  for a, to 1e-9,
// and returns a. mean_days lies in (1, 5.5), and `terms` is not empty.
double CalibrateReturn(std::span<const double> terms, double mean_days);

}  // namespace lerl
