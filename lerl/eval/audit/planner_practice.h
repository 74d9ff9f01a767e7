#pragma once
// Practice: whole sessions in the simulator, which a planner that learns plays before an audit
// judges it.
//
// An iteration plays kPracticeSessions sessions of training users, who are drawn uniformly with
// replacement from the seed. The planner plans them with exploration and reflects on them at the
// end. The low level does not learn.

#include "lerl/train/world.h"

namespace lerl {

inline constexpr int64_t kPracticeSessions = 64;  // of an iteration

// Plays that many iterations. Returns whether all of them were played: practice ends early, between
// two of them, when a stop is requested or the planner reports a reason to stop.
bool Practise(const World& world, Actors& actors, int64_t iterations, uint64_t seed);

}  // namespace lerl
