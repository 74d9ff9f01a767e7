#pragma once
// An audit of planners (eval/audit/planner_audit.h) as JSON and as a table.

#include <string>
#include <vector>

#include "lerl/eval/audit/closed_loop_audit.h"
#include "lerl/eval/audit/planner_audit.h"

namespace lerl {

// {"rows": [{"planner", "state", "metrics": {name: {mean, low, high}}, ...}], "best_heuristic",
// ...} with NDCG@5 of every row against the best row that neither learns nor asks nor is an oracle.
// `closed_loop`: its rows (eval/audit/closed_loop_table.h) under that name; none where it is empty.
std::string AuditJson(const std::vector<AuditRow>& rows, const RunConfig& config,
                      const AuditOptions& options,
                      const std::vector<ClosedLoopRow>& closed_loop = {});
std::string AuditText(const std::vector<AuditRow>& rows);

}  // namespace lerl
