#pragma once
// EvolvingState: what a user of the evolving-interest task is like at a moment of a session, and
// what a slate does to it. User u, item i, category c, step t; z, theta_0 and kappa are those of
// sim/evolving/evolving_users.h, w_ic the share 1 / (categories of i) of each category of item i (an item
// without any has no share in one).
//
//   logit    x_uit       = z_ui + sum_c w_ic (theta_uct - kappa_uc f_uct)
//   fatigue  f_uc,t+1    = decay f_uct + exposure_uct          exposure: mean of w_ic over the
//   slate drift    theta_t+1   = theta_t + eta mean_i w_ic (like_i - 1/2)       liking reinforces,
//                          - pull (theta_t - theta_0) + sigma N(0, 1)     the pull bounds it
//   mood     m_t+1       = .6 m_t + .4 mean_i sigmoid(x_i)     m_1 = .6, .6 is mood_kept
//   leave              ~ Bernoulli(sigmoid(h0 - h1 m_t+1))
//   between sessions     f after d days away = rest^d f
//
// The likes of a slate are drawn from the state before it. A liked item moves the interest in its
// categories up and another down, so the expected drift has the sign of sigmoid(x) - 1/2.

#include <cstdint>
#include <span>

#include "lerl/base/rng.h"
#include "lerl/sim/evolving/evolving_users.h"

namespace lerl {

struct EvolvingState {
  EvolvingProfile start;               // theta here is theta_0
  std::vector<double> theta, fatigue;  // [C] now
  double mood = 0.6;

  EvolvingState() = default;
  explicit EvolvingState(EvolvingProfile profile);

  // What fatigue takes from the logits of category c now: kappa f.
  double Tiredness(size_t c) const { return start.kappa[c] * fatigue[c]; }

  // x of an item with this z and these categories.
  double Logit(double z, std::span<const int32_t> categories) const;
};

// A slate as its categories saw it.
struct EvolvingSlate {
  std::vector<double> exposure;  // [C] mean of w_ic
  std::vector<double> drive;     // [C] mean of w_ic (like_i - 1/2)
  double pleasure = 0;           // mean of sigmoid(x_i)
};

// The state after a slate. `noise` gives C normals when sigma is above 0.
void TakeIn(const EvolvingConfig& config, const EvolvingSlate& slate, Rng& noise,
            EvolvingState& state);

// Chance that a user in this mood leaves; 0 when leave is off.
double LeaveChance(const EvolvingConfig& config, double mood);

// Days away between two sessions.
void Rest(const EvolvingConfig& config, int days, EvolvingState& state);

}  // namespace lerl
