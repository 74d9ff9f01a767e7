#pragma once
// A closed-loop audit (eval/audit/closed_loop_audit.h) as JSON and as text. The text has a table
// per setting, the bars, and what the language model adds over the head
// (eval/audit/closed_loop_bars.h).

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lerl/eval/audit/closed_loop_bars.h"

namespace lerl {

// {"held_out", "seeds", "users", "prompts", "seconds", "family",
//  "rows":        [{"task", "plan_size", "nu", "planner",
//                   "metrics":        {"R_cum": INTERVAL, "T_int": INTERVAL},
//                   "plans":          {ORIGIN: count},
//                   "practice_plans": {ORIGIN: count},
//                   "prompts", "seconds",
//                   "figures":        {NAME: value}}],
//  "bars":        [{"task", "plan_size", "nu", "bar", "reference", "what",
//                   "figure":         INTERVAL,
//                   "above", "holds", "p_corrected"}],
//  "model_gains": [{"task", "plan_size", "nu",
//                   "R_cum less learned": INTERVAL,
//                   "adds", "test", "weight"}]}
//
// INTERVAL is {"mean", "low", "high"}. "seeds" and "users" are numbers of them. "prompts" at the
// top leaves out those to the scripted model. "nu" is null without a scripted model. "family" is
// the number of tests; "holds", "p_corrected", "adds" and "test" (eval/significance.h) are null
// with too few seeds or users. "figures" is absent where a planner has none.
nlohmann::json ClosedLoopJson(const std::vector<ClosedLoopRow>& rows);
// The same as text, for people.
std::string ClosedLoopText(const std::vector<ClosedLoopRow>& rows);

}  // namespace lerl
