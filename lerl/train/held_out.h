#pragma once
// The sessions of an evaluation: each held-out user plays exactly one session per seed. The draw of
// users does not depend on the seed, so that users and seeds are crossed: every seed has the same
// users.

#include <vector>

#include "lerl/data/split.h"
#include "lerl/train/player.h"

namespace lerl {

// Sessions of the first `users` users of one fixed shuffle (0: all users), in ascending order. A
// smaller draw is therefore part of a larger one.
std::vector<SessionSpec> HeldOutSessions(const Split& split, HeldOut which, int64_t users,
                                         int64_t seed);

}  // namespace lerl
