#include "lerl/python/shared_planner.h"

#include "lerl/planner/registry.h"

namespace lerl {
namespace {

class SharedPlanner : public Planner {
 public:
  explicit SharedPlanner(std::shared_ptr<Planner> planner) : planner_(std::move(planner)) {}
  std::string name() const override { return planner_->name(); }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode mode) override {
    return planner_->Rank(requests, mode);
  }

 private:
  const std::shared_ptr<Planner> planner_;
};

}  // namespace

std::unique_ptr<Planner> SharePlanner(std::shared_ptr<Planner> planner) {
  return std::make_unique<SharedPlanner>(std::move(planner));
}

PlannerConfig SettingsOfShared(PlannerConfig settings, bool shared) {
  if (shared && !FindPlannerRow(settings.name).ranks) settings.name = "random";
  return settings;
}

}  // namespace lerl
