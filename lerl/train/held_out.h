#pragma once
// Evaluation sessions: each held-out user plays exactly one session per seed, without exploration.
// The draw of users does not depend on the seed, so users and seeds are crossed.

#include <vector>

#include "lerl/data/split.h"
#include "lerl/train/player.h"

namespace lerl {

enum class HeldOut { kValidation, kTest };

// `users` 0: all. The first `users` of one fixed shuffle, so a smaller draw is part of a larger.
std::vector<SessionSpec> HeldOutSessions(const Split& split, HeldOut which, int64_t users,
                                         int64_t seed);

}  // namespace lerl
