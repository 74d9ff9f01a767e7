#pragma once
// A planner that several own, such as an object of Python, as one that a plan policy can have.

#include <memory>

#include "lerl/planner/planner.h"
#include "lerl/planner/planner_config.h"

namespace lerl {

std::unique_ptr<Planner> SharePlanner(std::shared_ptr<Planner> planner);

// The settings of a plan policy whose planner is `shared`: a planner that ranks, whatever planner
// the settings name. Those that name `none` would let nothing be planned.
PlannerConfig SettingsOfShared(PlannerConfig settings, bool shared);

}  // namespace lerl
