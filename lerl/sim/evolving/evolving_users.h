#pragma once
// EvolvingUsers: who the users of the evolving-interest task are (sim/evolving/evolving_env.h). A function
// of the data, the settings and (world_seed, user): alike for all policies, sessions and runs.
//
//   z_ui       logistic factorisation of the first behaviour over the training rows
//              (nn/matrix_factorisation.h); its seed is its own, so that the policy side's factors
//              are another estimate
//   a_uc       = logit((k_uc + 5 b_u) / (n_uc + 5)) - logit(b_u)        affinity: log odds of
//   liking
//              n_uc, k_uc: the user's training rows and likes of items that carry category c
//              b_u = (k_u + 5 g) / (n_u + 5): the user's own base, g: that of all training rows
//   theta_uc,0 = affinity a_uc where n_uc >= 2 (known interests); elsewhere (latent interests)
//              drawn from N(0, latent^2 (.9 R + .1 I)) given the known ones, R the correlation of
//              the columns of a over users: what is known of a user helps to guess the rest
//   kappa_uc   = kappa exp(kappa_sd N(0, 1))                  how soon the user tires of a category
//
// A user without training rows has latent interests alone.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/nn/matrix_factorisation.h"
#include "lerl/sim/env_config.h"

namespace lerl {

// One user before a session. All [C].
struct EvolvingProfile {
  std::vector<double> theta, kappa;
  std::vector<uint8_t> latent;  // 1 = the interest was drawn
};

class EvolvingUsers {
 public:
  // `z`: settings of the factorisation.
  EvolvingUsers(const Dataset& dataset, const Split& split, const MfConfig& z);

  EvolvingProfile Profile(int32_t user, const EvolvingConfig& config) const;
  double Z(int32_t user, int32_t item) const { return static_cast<double>(z_.Logit(user, item)); }

 private:
  MfModel z_;
  size_t categories_;
  std::vector<int32_t> rows_;        // n [U, C]
  std::vector<double> affinity_;     // a [U, C]
  std::vector<double> correlation_;  // .9 R + .1 I [C, C]
};

// Draws the values [C] of a Gaussian with mean 0 that are not `known` [C], given those that are.
// covariance [C, C] must be positive definite; `normals` [C]: standard normals, one for each draw.
void DrawConditional(std::span<const double> covariance, std::span<const uint8_t> known,
                     std::span<const double> normals, std::span<double> values);

// Correlation of the columns of `rows` [n, C]: [C, C]. A constant column correlates with itself
// alone.
std::vector<double> ColumnCorrelation(std::span<const double> rows, size_t columns);

}  // namespace lerl
