#pragma once
// What a run's record says of its plans.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "lerl/planner/plan_policy.h"

namespace lerl {

// Adds to a line of metrics.jsonl how plans came about so far, and what the planner has learned:
// `plans` by their origins, `plan_details`, `rankings`, `prompt_hash` and `plan_figures`.
void DescribePlans(PlanPolicy& plans, nlohmann::json& line);

// Adds `labels`, how far a student has come.
void DescribeTeaching(const TeachingFigures& teaching, nlohmann::json& line);

// Why a run with these counts says little of the planner of that name (TrainResult::invalid): more
// than kMaxFallbackShare of its plans of training are fallbacks. "" otherwise.
std::string InvalidReason(const PlanCounts& counts, const std::string& planner);

}  // namespace lerl
