#include "lerl/planner/fallback_planner.h"

namespace lerl {

std::vector<Plan> FallbackPlanner::Rank(std::span<const PlanRequest> requests, PlanMode mode) {
  std::vector<Plan> plans = first_->Rank(requests, mode);
  std::vector<PlanRequest> again;
  std::vector<size_t> places;
  for (size_t i = 0; i < plans.size(); ++i) {
    if (plans[i].origin != PlanOrigin::kFallback) continue;
    again.push_back(requests[i]);
    places.push_back(i);
  }
  if (again.empty()) return plans;
  std::vector<Plan> below = second_->Rank(again, mode);
  for (size_t i = 0; i < places.size(); ++i) {
    Plan& plan = plans[places[i]];
    below[i].origin = PlanOrigin::kFallback;
    below[i].reason = std::move(plan.reason);
    plan = std::move(below[i]);
  }
  return plans;
}

void FallbackPlanner::Reflect(std::span<const EndedSession> sessions) {
  first_->Reflect(sessions);
  second_->Reflect(sessions);
}

void FallbackPlanner::BeginIteration(uint64_t seed, PlanMode mode) {
  first_->BeginIteration(seed, mode);
  second_->BeginIteration(seed, mode);
}

void FallbackPlanner::Save(TensorFile& file) const {
  first_->Save(file);
  second_->Save(file);
}

void FallbackPlanner::Load(const TensorFile& file) {
  first_->Load(file);
  second_->Load(file);
}

}  // namespace lerl
