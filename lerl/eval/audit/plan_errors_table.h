#pragma once
// What the audit of plan errors found, as text and as JSON.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "lerl/eval/audit/plan_errors_audit.h"

namespace lerl {

// `looks`: at these users on record (eval/ledger.h).
std::string PlanErrorsText(const PlanErrorsOutcome& outcome, const std::optional<int64_t>& looks);

// {"held_out", "task", "plan_size", "users", "seeds", "looks",
//  "rows": [{"planner", "R_cum", "worth",
//            "errors": {GROUP: {CLASS: {"share": {"mean", "low", "high"}, "users", "steps"}}},
//            "calibration": {"users", "cross_entropy", "less_everyone", "error",
//                            "bins": [{"rows", "predicted", "observed"}]},
//            "examples": [...]}]}
// with null for what there is not.
nlohmann::json PlanErrorsJson(const PlanErrorsOutcome& outcome,
                              const std::optional<int64_t>& looks);

}  // namespace lerl
