#pragma once
// The plan table of a configuration (planner/llm/plan_table.h), made by itself: by `lerl plan
// table`, and beside other work of a comparison.

#include "lerl/planner/llm/plan_table.h"
#include "lerl/train/run_config.h"

namespace lerl {

// Makes the table that planner llm_table of the configuration looks plans up in, or goes on with
// it. It has fewer answers than states where a stop was requested.
PlanTableInfo MakePlanTable(const RunConfig& config);

}  // namespace lerl
