#pragma once
// Practice: whole sessions in the simulator from which a planner that learns learns, before an
// audit judges it.
//
// An iteration is kPracticeSessions sessions of training users, drawn uniformly with replacement
// from the seed, planned with exploration; at its end the planner reflects on them. The low level
// does not learn. Ends between two iterations when a stop is requested.

#include "lerl/train/world.h"

namespace lerl {

inline constexpr int64_t kPracticeSessions = 64;  // of an iteration

void Practise(const World& world, Actors& actors, int64_t iterations, uint64_t seed);

}  // namespace lerl
