#pragma once
// PlanReason: why a slate was drawn from the categories of its plan, in words for people. What the
// planner says of itself goes first: why a plan is late, or another one's. Where it says nothing:
//
//   the language model's first 3 of 17; left out, since just shown: Drama, War
//   round_robin's first 2 of 17, and 1 more for want of items
//
// The counts are of the categories that the planner ranked for the step.

#include <cstdint>
#include <span>
#include <string>

#include "lerl/data/dataset.h"
#include "lerl/planner/plan_policy.h"

namespace lerl {

// `last_items` is the slate before, or empty. "" where the plan allows every category.
std::string PlanReason(const SlotPlan& plan, const std::string& planner, const Dataset& dataset,
                       std::span<const int32_t> last_items);

}  // namespace lerl
