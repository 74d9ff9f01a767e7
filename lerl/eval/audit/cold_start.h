#pragma once
// Cold start: the world as policies know it when they have just met the users they play with.
//
// Of every held-out and validation user, and of every second training user, the log keeps the first
// kColdRows interactions; the other training users' logs stay whole, and no one plays with them:
// they are those from whom the policy side knows items and categories. Its factorisation is fitted
// anew on what is left. What users are really like does not change: an environment is made of the
// whole world (ActorParts::truth).

#include "lerl/train/world.h"

namespace lerl {

inline constexpr int64_t kColdRows = 3;

// Throws Error(kData) when no training user is left to play with, or none to know items from.
World CutHistories(const World& world, const MfConfig& factors);

}  // namespace lerl
