#pragma once
// EvolvingUsers: who the users of the evolving-interest task are (sim/evolving/evolving_env.h). A
// user follows from the data, the settings and (world_seed, user), so a user is the same for all
// policies, sessions and runs. For user u, item i, category c:
//
// Taste in single items: z_ui, the logit of a logistic factorisation of the first behaviour
// (nn/matrix_factorisation.h) over a random share (env.evolving.mf.row_share) of the training rows.
// Its seed is its own, so the factors that policies learn from are another estimate than the truth.
//
// Affinity: how much more likely than otherwise the user likes items of a category, in log odds,
// shrunk by 5 pseudo-rows.
//   a_uc = logit((k_uc + 5 b_u) / (n_uc + 5)) - logit(b_u)
//   b_u  = (k_u + 5 g) / (n_u + 5)
//     n_uc, k_uc   the user's training rows of items that carry c, and the likes among them
//     n_u, k_u     all training rows of the user, and the likes among them
//     g            share of likes among all training rows of everyone
//
// Interest before the session: known where the log tells, drawn where it is silent.
//   theta_uc,0 = affinity a_uc                  a known interest,  n_uc >= 2
//   theta_uc,0 ~ N(0, latent^2 (.9 R + .1 I))   a latent interest, n_uc < 2
//     R            correlation [C, C] of the columns of a over users
//   The Gaussian is joint over categories, and a draw is conditional on the known interests, so
//   that what is known of a user helps to guess the rest. A user without training rows has latent
//   interests alone. With latent = 0, latent interests are 0.
//
// With env.evolving.world = "calibrated" interests and z are fitted together
// (sim/evolving/joint_interests.h), and
//   z_ui       is that of the joint fit
//   theta_uc,0 = theta_uc of the joint fit          a known interest
//   theta_uc,0 ~ N(0, v (.9 R + .1 I))              a latent interest
//   where v is the mean square of known theta, and R the correlation of its columns. `affinity` and
//   `latent` only switch known and latent interests off here, with 0.
//
// Fatigue: how soon the user tires of a category.
//   kappa_uc = kappa exp(kappa_sd N(0, 1))
//
// The settings affinity, latent, kappa and kappa_sd are those of [env.evolving].

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/nn/matrix_factorisation.h"

namespace lerl {

struct EvolvingConfig;  // sim/env_config.h

// One user before a session. All columns are [C].
struct EvolvingProfile {
  std::vector<double> theta, kappa;
  std::vector<uint8_t> latent;  // 1 = a latent interest
};

class EvolvingUsers {
 public:
  // `z` holds the settings of the factorisation; `world` is env.evolving.world.
  EvolvingUsers(const Dataset& dataset, const Split& split, const MfConfig& z,
                std::string_view world = "first");

  EvolvingProfile Profile(int32_t user, const EvolvingConfig& config) const;
  double Z(int32_t user, int32_t item) const { return static_cast<double>(z_.Logit(user, item)); }

 private:
  MfModel z_;
  size_t categories_;
  bool calibrated_;
  double known_square_ = 0;          // v, of a calibrated world
  std::vector<int32_t> rows_;        // n [U, C]
  std::vector<double> affinity_;     // a [U, C]; theta of a calibrated world
  std::vector<double> correlation_;  // .9 R + .1 I [C, C]
};

// Fills in the `values` [C] of a Gaussian with mean 0 that are not `known` [C], by a draw given
// those that are. `covariance` [C, C] must be positive definite. `normals` [C] are standard
// normals, of which each drawn value uses its own.
void DrawConditional(std::span<const double> covariance, std::span<const uint8_t> known,
                     std::span<const double> normals, std::span<double> values);

// Returns the correlation [C, C] of the columns of `rows` [n, C]. A constant column correlates
// with itself alone.
std::vector<double> ColumnCorrelation(std::span<const double> rows, size_t columns);

}  // namespace lerl
