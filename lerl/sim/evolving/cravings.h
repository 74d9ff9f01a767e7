#pragma once
// Cravings: what a user of the evolving-interest task feels like in one visit, and what they say of
// it. A craving is a sparse vector over the categories that adds to the interests for that visit:
//
//   x_uit    = z_ui + sum_c w_ic (theta_uc,t + v_uc - kappa_uc f_uc,t)
//   v_uc     = up    for one category, and with probability `two` for a second one
//            = -down for one other category
//            = 0     for all others
//
// (sim/evolving/evolving_state.h has the other symbols.) The categories are drawn evenly from those
// that have two slates of items. At the start of a visit the user says with probability `told` what
// they feel like; the sentence is a wish (wishes/wish_writer.h). With probability `whole` it names
// all of the craving; otherwise two in three name what is asked for, and one in three what is
// refused. A user who stays although they would have left with a chance of a quarter or more says
// it anew with probability `again`, in other words.
//
// Test users and sealed users speak in held-out phrasings, all others in the rest
// (wishes/phrasings.h).
//
// Cravings and wishes are drawn from streams of the session's own seed, by visit, so that sessions
// of the same seed have the same cravings whatever they are shown, and a task without cravings
// draws what it always drew.
//
// Reference: none; ours. A craving is not a mood: m_t of evolving_state.h says how pleased a user
// is, a craving with what they would be.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/env_config.h"
#include "lerl/wishes/wish_writer.h"

namespace lerl {

struct Craving {
  WishCategories about;       // no category: none
  std::vector<double> added;  // [C] v; empty: none
};

struct SaidWish {
  std::string text;      // "": nothing is said
  WishCategories names;  // what the sentence is about
};

class Cravings {
 public:
  // The data set must outlive this. Throws Error(kConfig) where cravings are switched on and fewer
  // than four categories have two slates of items.
  Cravings(const Dataset& dataset, const Split& split, const EnvConfig& config);

  // Whether the settings have any.
  bool on() const { return config_.up > 0 || config_.down > 0; }

  // The craving of a visit (0 is the first) of a session.
  Craving Draw(uint64_t session_seed, int64_t visit) const;
  // What the user says of it when the visit starts.
  SaidWish Say(const Craving& craving, int32_t user, uint64_t session_seed, int64_t visit) const;
  // What the user says after `step` steps of the visit, having stayed although the chance of
  // leaving was `leave_chance`.
  SaidWish SayAgain(const Craving& craving, int32_t user, uint64_t session_seed, int64_t visit,
                    int64_t step, double leave_chance) const;

 private:
  SaidWish Write(const Craving& craving, int32_t user, Rng& rng) const;

  const CravingConfig config_;
  std::vector<int32_t> categories_;      // that can be craved
  size_t count_;                         // C
  std::vector<uint8_t> speaks_learned_;  // [U] 1: in phrasings to learn from
  std::optional<WishWriter> writer_;     // where there are any
};

}  // namespace lerl
