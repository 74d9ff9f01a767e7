#pragma once
// Whom the audit of planners judges by, and what these people like next.

#include <cstdint>
#include <vector>

#include "lerl/planner/profiles/user_profiles.h"
#include "lerl/train/world.h"

namespace lerl {

inline constexpr int64_t kFewestNextLikes = 5;

// The next kNextLikes likes of a user after the training rows, counted per category.
CategoryCounts NextLikes(const World& world, int32_t user);

// Those of `users` who have at least kFewestNextLikes likes to come and `fewest_rows` training rows
// behind: the first `most` of them, in a fixed random order.
std::vector<int32_t> UsersToJudge(const World& world, std::vector<int32_t> users,
                                  int64_t fewest_rows, int64_t most);

// The slates of a user's past that an audit's requests are made of.
inline constexpr int64_t kAuditedStates = 3;

// The held-out users whom an audit of planners judges by, `most` of them. Throws Error(kData) where
// there are fewer than two; to be asked before long work.
std::vector<int32_t> AuditedUsers(const World& world, const RunConfig& config, int64_t most);

}  // namespace lerl
