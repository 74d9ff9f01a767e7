#include "lerl/train/make_plan_table.h"

#include "lerl/planner/llm/llm_planner.h"
#include "lerl/planner/registry.h"

namespace lerl {

PlanTableInfo MakePlanTable(const RunConfig& config) {
  const Dataset dataset = LoadDataset(config.data.name, config.data.options);
  const Split split = MakeSplit(dataset, config.split);
  return LlmPlanner(TableConfig(config.planner), dataset, split,
                    LlmBackendOf(config.planner, nullptr))
      .table();
}

}  // namespace lerl
