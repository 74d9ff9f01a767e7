#pragma once
// A closed-loop audit (eval/audit/closed_loop_audit.h) as JSON and as tables: a table per setting, the
// bars, and what the language model adds over the head.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lerl/eval/audit/closed_loop_bars.h"

namespace lerl {

// {"rows": [{"task", "plan_size", "planner", "nu", "metrics": {"R_cum": {mean, low, high},
// "T_int"},
//            "plans", "practice_plans", "prompts", "figures"}],
//  "bars": [{"bar", "task", "plan_size", "nu", "reference", "what", "figure", "above", "holds"}],
//  "model_gains": [{"task", "plan_size", "nu", "R_cum less learned", "adds", "weight"}],
//  "seeds", "users", "prompts", "seconds"}; "nu", "holds" and "adds" are null where they have
// no meaning.
nlohmann::json ClosedLoopJson(const std::vector<ClosedLoopRow>& rows);
std::string ClosedLoopText(const std::vector<ClosedLoopRow>& rows);

}  // namespace lerl
