#pragma once
// When a user comes back after a session: d days with
//   P(d) = q (1 - q)^(d-1) / (1 - (1 - q)^10),   d = 1 .. 10          a geometric law, cut at 10
// The larger q, the sooner. Between q = 1 (every day) and q -> 0 (each day alike) the mean lies
// between 1 and 5.5.
//
// Two choices of q (sim/cross_session_env.h has their place in a task):
//   mood      q = sigmoid(a + a_u + b mood_end)
//   kuaisim   q = clip(P_0 + c mean_k sum_f v_f y_kf, .001, .999) of the last slate's responses y;
//             v_f = rows with behaviour f / rows without it in the log, negative for `hate`
// KuaiSim (arXiv 2309.12645) writes its law as softmax(ln P + d ln(1 - P)), which is the same. Its
// personal bias, the output of a network that nobody trained, is left out.

#include <array>
#include <span>

#include "lerl/base/rng.h"

namespace lerl {

inline constexpr int kLongestAbsence = 10;  // days

// sigmoid(logit), at least 1e-9.
double ReturnRate(double logit);

// P(1) .. P(10). q in (0, 1].
std::array<double, kLongestAbsence> ReturnProbabilities(double q);
double MeanReturnDays(double q);
int DrawReturnDays(double q, Rng& rng);  // 1 .. 10

// The a with which the mean of MeanReturnDays(ReturnRate(a + x)) over `terms` x is `mean_days`, to
// 1e-9. mean_days in (1, 5.5); terms not empty.
double CalibrateReturn(std::span<const double> terms, double mean_days);

}  // namespace lerl
