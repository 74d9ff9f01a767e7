#include "lerl/planner/finished_planner.h"

#include "lerl/base/check.h"
#include "lerl/planner/fallback_planner.h"
#include "lerl/planner/llm/saved_table_planner.h"
#include "lerl/planner/registry.h"
#include "lerl/planner/student/student_planner.h"

namespace lerl {
namespace {

// A teacher who has gone: nobody asks it for plans any more.
class AbsentTeacher : public Planner {
 public:
  std::string name() const override { return "absent"; }
  std::vector<Plan> Rank(std::span<const PlanRequest>, PlanMode) override {
    LERL_CHECK(false);
    return {};
  }
};

}  // namespace

std::unique_ptr<Planner> MakeFinishedPlanner(const PlannerConfig& config,
                                             const PlannerContext& context) {
  const PlannerRow& row = FindPlannerRow(config.name);
  if (row.has_teacher)
    return MakeStudentPlanner(config, context, std::make_unique<AbsentTeacher>());
  if (!LooksPlansUp(config) || row.weighs_prior) return nullptr;
  auto table = std::make_unique<SavedTablePlanner>(config, context.dataset, context.split);
  if (config.llm.fallback.empty()) return table;
  PlannerConfig below = config;
  below.name = config.llm.fallback;
  return std::make_unique<FallbackPlanner>(std::move(table), MakePlanner(below, context));
}

}  // namespace lerl
