#pragma once
// An audit of planners (eval/audit/planner_audit.h) as JSON and as a table for people.
//
// Every row stands beside the best heuristic, and sentences follow from tests
// (eval/audit/audit_claims.h). What a language model knows is judged against `random`: `none` is no
// control, since it ranks by category id, which follows from the names where a data set numbers
// them by the alphabet.

#include <string>
#include <vector>

#include "lerl/eval/audit/closed_loop_audit.h"
#include "lerl/eval/audit/planner_audit.h"

namespace lerl {

// {"dataset", "held_out", "looks", "users", "seeds": [], "plan_size", "best_heuristic", "commit",
//  "run_stale",
//  "rows": [{"planner", "state",
//            "metrics":                   {NAME: {"mean", "low", "high"}},
//            "NDCG@5 less best heuristic": {"mean", "low", "high"},    paired
//            "NDCG@5 less random":        {"mean", "low", "high"},     paired, where it has a row
//            "tests":                     {"best heuristic", "random": each as significance.h
//                                          writes a test; absent for the reference itself},
//            "plans":                     {ORIGIN: count},
//            "unlisted_labels",                                      per plan, where there are any
//            "reasons":                   {REASON: count},             where there are any
//            "figures":                   {NAME: value},               where there are any
//            "prompt_hash",                                            of a language model
//            "agreement with run":        {NAME: {"mean", "low", "high"}}}],  "run, no reflections"
//  "spreads": [{"planner", "state", "over", "NDCG@5": [], "lowest", "highest", "sd"}]
//                   eval/audit/prompt_spread.h; absent where there are none
//  "closed_loop"}   the JSON of eval/audit/closed_loop_table.h; absent where `closed_loop` is empty
std::string AuditJson(const std::vector<AuditRow>& rows, const RunConfig& config,
                      const AuditOptions& options,
                      const std::vector<ClosedLoopRow>& closed_loop = {});
// At most 80 columns wide; ends with what the tests say of each language model. Figures that only
// programs want are in the JSON alone.
std::string AuditText(const std::vector<AuditRow>& rows, const AuditOptions& options);

}  // namespace lerl
