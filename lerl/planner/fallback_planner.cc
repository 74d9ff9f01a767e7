#include "lerl/planner/fallback_planner.h"

namespace lerl {

void FallbackPlanner::Prepare(int slots) {
  first_->Prepare(slots);
  second_->Prepare(slots);
}

void FallbackPlanner::Start(int slot, int32_t user) {
  first_->Start(slot, user);
  second_->Start(slot, user);
}

std::vector<Plan> FallbackPlanner::WithSecond(std::vector<Plan> plans,
                                              std::span<const PlanRequest> requests) {
  std::vector<PlanRequest> again;
  std::vector<size_t> places;
  for (size_t i = 0; i < plans.size(); ++i) {
    if (plans[i].origin != PlanOrigin::kFallback) continue;
    again.push_back(requests[i]);
    places.push_back(i);
  }
  if (again.empty()) return plans;
  std::vector<Plan> below = second_->Rank(again);
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

void FallbackPlanner::BeginIteration(uint64_t seed) {
  first_->BeginIteration(seed);
  second_->BeginIteration(seed);
}

void FallbackPlanner::SetEvaluation(bool evaluation) {
  first_->SetEvaluation(evaluation);
  second_->SetEvaluation(evaluation);
}

void FallbackPlanner::SetExplore(bool explore) {
  first_->SetExplore(explore);
  second_->SetExplore(explore);
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
