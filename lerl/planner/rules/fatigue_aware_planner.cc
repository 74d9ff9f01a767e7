#include "lerl/planner/rules/fatigue_aware_planner.h"

#include "lerl/base/check.h"
#include "lerl/planner/profiles/category_values.h"
#include "lerl/planner/ranking.h"

namespace lerl {
namespace {

class FatigueAwarePlanner : public Planner {
 public:
  FatigueAwarePlanner(const PlannerConfig& config, const PlannerContext& context)
      : config_(config), values_(context.dataset, context.policy_model, config.best_items) {}
  std::string name() const override { return "fatigue_aware"; }

  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    std::vector<Plan> plans;
    plans.reserve(requests.size());
    for (const PlanRequest& request : requests) {
      std::vector<double> scores = values_.Of(request.user);
      for (size_t c = 0; c < scores.size(); ++c) scores[c] -= config_.tiring * request.exposure[c];
      plans.push_back(RankByScores(name(), scores, request.candidates));
    }
    return plans;
  }

 private:
  const PlannerConfig config_;
  CategoryValues values_;
};

}  // namespace

std::unique_ptr<Planner> MakeFatigueAwarePlanner(const PlannerConfig& config,
                                                 const PlannerContext& context) {
  return std::make_unique<FatigueAwarePlanner>(config, context);
}

}  // namespace lerl
