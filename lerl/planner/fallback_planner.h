#pragma once
// FallbackPlanner: a planner with a second one below it. Where the first has no plan of its own
// (origin kFallback), the second one ranks. Such a plan keeps its origin kFallback and the first
// planner's reason, so that every one of them is counted. What the planner reports and offers is
// the first one's.

#include <memory>
#include <string>
#include <vector>

#include "lerl/planner/planner.h"

namespace lerl {

class FallbackPlanner : public Planner {
 public:
  FallbackPlanner(std::unique_ptr<Planner> first, std::unique_ptr<Planner> second)
      : first_(std::move(first)), second_(std::move(second)) {}

  std::string name() const override { return first_->name(); }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode mode) override;
  void BeginIteration(uint64_t seed, PlanMode mode) override;
  void Reflect(std::span<const EndedSession> sessions) override;
  bool learns() const override { return first_->learns() || second_->learns(); }
  PlannerReport Report() const override { return first_->Report(); }
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

  LanguageModelPlanner* language_model() override { return first_->language_model(); }
  PriorPlanner* prior() override { return first_->prior(); }
  TeachingPlanner* teaching() override { return first_->teaching(); }

 private:
  const std::unique_ptr<Planner> first_, second_;
};

}  // namespace lerl
