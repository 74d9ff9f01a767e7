#pragma once
// least_recent: among the categories that the user likes, the one shown longest ago. The user likes
// the `liked_categories` (6) that it liked most often in its training rows, those without any like
// left out. They come first, never shown ones by falling likes, then by the place of their latest
// item; the others follow by falling likes.

#include <memory>

#include "lerl/planner/planner_context.h"

namespace lerl {

std::unique_ptr<Planner> MakeLeastRecentPlanner(const PlannerConfig& config,
                                                const PlannerContext& context);

}  // namespace lerl
