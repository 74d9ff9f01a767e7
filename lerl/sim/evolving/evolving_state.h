#pragma once
// EvolvingState: what a user of the evolving-interest task is like at one moment of a session, and
// how a slate changes that. For user u, item i, category c, step t; means are over the slate:
//
//   logit       x_uit        = z_ui + sum_c w_ic (theta_uc,t + v_uc - kappa_uc f_uc,t)
//   fatigue     f_uc,t+1     = decay f_uc,t + mean_i w_ic
//   drift       theta_uc,t+1 = theta_uc,t + eta mean_i w_ic (like_i - 1/2)
//                              - pull (theta_uc,t - theta_uc,0) + sigma N(0, 1)
//   mood        m_t+1        = mood_kept m_t + (1 - mood_kept) mean_i sigmoid(x_uit)
//   leaving     leave        ~ Bernoulli(sigmoid(h0 - h1 m_t+1))
//   d days away f            becomes rest^d f
//
//   z_ui, kappa_uc    taste in the item, and how soon the user tires of the category; both are
//                     those of sim/evolving/evolving_users.h
//   theta_uc,0        interest before the session, from there too; a session starts with it, with
//                     fatigue 0 and mood .6
//   v_uc              what the user feels like in this visit (sim/evolving/cravings.h)
//   w_ic              1 / (number of categories of i) for each category that i carries, else 0
//   like_i            0 or 1, drawn from the state before the slate
//   decay, eta, ...   settings of [env.evolving]
//
// A liked item moves the interest in its categories up, and an item that is not liked moves it
// down, so the expected drift has the sign of sigmoid(x) - 1/2. Liking thus reinforces itself; the
// pull bounds it.

#include <cstdint>
#include <span>

#include "lerl/base/rng.h"
#include "lerl/sim/evolving/evolving_users.h"

namespace lerl {

struct EvolvingState {
  EvolvingProfile start;               // the user before the session; start.theta is theta_0
  std::vector<double> theta, fatigue;  // [C] now
  std::vector<double> craving;         // [C] v of this visit (sim/evolving/cravings.h); empty: none
  double mood = 0.6;

  EvolvingState() = default;
  explicit EvolvingState(EvolvingProfile profile);

  // What fatigue takes from the logit by category c now: kappa f.
  double FatigueCost(size_t c) const { return start.kappa[c] * fatigue[c]; }

  // The interest in category c in this visit: theta + v.
  double Interest(size_t c) const { return craving.empty() ? theta[c] : theta[c] + craving[c]; }

  // The logit x of an item with this z and these categories.
  double Logit(double z, std::span<const int32_t> categories) const;
};

// What a slate does to a user, summed up by category.
struct EvolvingSlate {
  std::vector<double> exposure;  // [C] mean of w_ic
  std::vector<double> drive;     // [C] mean of w_ic (like_i - 1/2)
  double pleasure = 0;           // mean of sigmoid(x_i)
};

// Changes the state to the one after the slate: fatigue, drift, mood. `noise` gives C normals when
// sigma is above 0, and none otherwise.
void TakeIn(const EvolvingConfig& config, const EvolvingSlate& slate, Rng& noise,
            EvolvingState& state);

// The chance that a user in this mood leaves; 0 when env.evolving.leave is off.
double LeaveChance(const EvolvingConfig& config, double mood);

// Lets fatigue decay over the days away between two visits.
void Rest(const EvolvingConfig& config, int days, EvolvingState& state);

}  // namespace lerl
