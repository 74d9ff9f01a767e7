#pragma once
// least_recent: among the categories that the user likes, the one that was shown longest ago.
//
// The categories that the user likes are the `liked_categories` (6) most often liked in the user's
// training rows, without those that have no like there. They come first: those not shown in this
// session by falling likes, then the others by the place of their latest item, the oldest first.
// All other categories follow by falling likes.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakeLeastRecentPlanner(const PlannerConfig& config,
                                                const PlannerContext& context);

}  // namespace lerl
