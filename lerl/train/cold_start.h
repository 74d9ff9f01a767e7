#pragma once
// Cold start: the world as policies know it when they have just met the users they play with.
//
//   users                        what the log keeps of each
//   held-out, validation         the first `rows` interactions
//   every second training user   the first `rows` interactions; practice is with these users
//   the other training users     everything; nobody plays with them, and the policy side knows
//                                items and categories from their rows
//
// The policy side's factorisation is fitted anew on what is left. What users are really like does
// not change: environments are made of the whole world (ActorParts::truth, or World::truth as the
// setting split.known_rows sets it for any configuration).

#include "lerl/train/world.h"

namespace lerl {

inline constexpr int64_t kColdRows = 3;

// `rows` is at least 0, and `factors` are the settings of the factorisation. Throws Error(kData)
// with fewer than 2 training users: one is needed to play with, one to know items from.
World CutHistories(const World& whole, const MfConfig& factors, int64_t rows);

}  // namespace lerl
