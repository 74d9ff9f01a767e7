#pragma once
// FallbackPlanner: a planner with a second one below it. Where the first has no plan of its own
// (origin kFallback), the second one ranks. Such a plan keeps its origin kFallback and the first
// planner's reason, so that every one of them is counted.

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
  void Prepare(int slots) override;
  void Start(int slot, int32_t user) override;
  std::vector<Plan> Rank(std::span<const PlanRequest> requests) override {
    return WithSecond(first_->Rank(requests), requests);
  }
  std::vector<Plan> RankForStudent(std::span<const PlanRequest> requests) override {
    return WithSecond(first_->RankForStudent(requests), requests);
  }
  bool learns() const override { return first_->learns() || second_->learns(); }
  void Reflect(std::span<const EndedSession> sessions) override;
  void BeginIteration(uint64_t seed) override;
  void SetEvaluation(bool evaluation) override;
  void SetExplore(bool explore) override;
  std::string PromptHash() const override { return first_->PromptHash(); }
  PlannerCounts Counts() const override { return first_->Counts(); }
  PlannerFigures Figures() const override { return first_->Figures(); }
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

 private:
  // Replaces those of the first planner's `plans` that are fallbacks by plans of the second.
  std::vector<Plan> WithSecond(std::vector<Plan> plans, std::span<const PlanRequest> requests);

  const std::unique_ptr<Planner> first_, second_;
};

}  // namespace lerl
