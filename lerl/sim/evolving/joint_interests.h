#pragma once
// The joint fit behind the calibrated world of the evolving-interest task (env.evolving.world =
// "calibrated"): taste in single items z and interests in categories theta explain the same likes
// together, so that neither holds what the other does. For user u, item i, category c:
//
//   logit_ui = z_ui + sum_c w_ic theta_uc          z_ui = mean + b_u + c_i + p_u . q_i
//   theta_uc ~ N(0, s^2)                           b, c, p, q: as in nn/matrix_factorisation.h
//
// by stochastic gradient descent on the cross entropy of the likes; of a row (u, i, y), e = y -
// sigmoid(logit_ui),
//
//   theta_uc += rate (w_ic e - theta_uc / (s^2 n_uc))     for each category c of i
//   p, q, b, c: as there, with the same e
//
//   w_ic   1 / (number of categories of i)
//   n_uc   the user's rows of the fit whose item carries c: a pass over them pulls each theta by
//          theta / s^2, which is the gradient of its prior
//   s      that of kSpreads whose fit predicts the validation rows best
//
// theta is a maximum a posteriori estimate: shrunk, the more so the fewer rows tell of it. Latent
// interests are drawn with the variance that the known ones have after that,
//
//   v = mean of theta_uc^2 over the cells with n_uc >= 2
//
// Differences to the first world: there z is fitted alone, and theta_0, a log odds ratio counted
// beside it, is added to a z that holds the same tastes already; latent interests have four times
// the variance of known ones.
//
// Rows are visited one by one, so that `batch` has no effect; rows and draws are those of the
// settings of z. Not handled: fatigue and drift within the log, which has no slates.

#include <array>
#include <cstdint>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/nn/matrix_factorisation.h"

namespace lerl {

inline constexpr std::array kSpreads = {0.1, 0.2, 0.4, 0.8};

struct JointInterests {
  MfModel z{};
  std::vector<double> theta{};  // [U, C]; 0 where the fit saw no row
  double spread = 0;            // s
  double log_loss = 0;  // of the validation rows; of the rows of the fit where there are none

  double Logit(const Dataset& dataset, int32_t user, int32_t item) const;
};

// The fit with this s.
JointInterests FitJointInterests(const Dataset& dataset, const Split& split, const MfConfig& config,
                                 double spread);
// The fit with the s of kSpreads that predicts the validation rows best.
JointInterests FitJointInterests(const Dataset& dataset, const Split& split,
                                 const MfConfig& config);

}  // namespace lerl
