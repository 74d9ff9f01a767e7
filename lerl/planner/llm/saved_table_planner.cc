#include "lerl/planner/llm/saved_table_planner.h"

#include <limits>

#include "lerl/planner/llm/coarse_state.h"
#include "lerl/planner/llm/llm_planner.h"

namespace lerl {

SavedTablePlanner::SavedTablePlanner(const PlannerConfig& config, const Dataset& dataset,
                                     const Split& split)
    : config_(TableConfig(config)),
      profiles_(dataset, split),
      answers_(std::numeric_limits<int64_t>::max(), dataset.num_categories()) {}

std::vector<Plan> SavedTablePlanner::Rank(std::span<const PlanRequest> requests, PlanMode) {
  std::vector<Plan> plans;
  plans.reserve(requests.size());
  for (const PlanRequest& request : requests) {
    PlanAnswers::Source source;
    // A table has one prompt, so the answer for a state is the nearest of all, at no distance.
    const auto found =
        answers_.FindNearest("", CoarseState(config_.llm, profiles_, /*user=*/"", request));
    if (!found) {
      source.answer.error = "the checkpoint holds no plans";
    } else {
      source.answer = *found->answer;
      if (found->distance > 0) {
        source.origin = PlanOrigin::kNearest;
        source.reason = "not in the checkpoint's table: nearest state";
      }
    }
    plans.push_back(PlanByAnswer(config_, profiles_, request, source));
  }
  return plans;
}

void SavedTablePlanner::Load(const TensorFile& file) { answers_.Load(file, kSavedAnswers); }

}  // namespace lerl
