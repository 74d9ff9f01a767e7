#include "lerl/planner/rules/popularity_planner.h"

#include "lerl/base/check.h"
#include "lerl/planner/profiles/user_profiles.h"
#include "lerl/planner/ranking.h"

namespace lerl {
namespace {

class PopularityPlanner : public Planner {
 public:
  explicit PopularityPlanner(const PlannerContext& context)
      : order_(OrderByCount(UserProfiles(context.dataset, context.split).Everyone().liked)) {}
  std::string name() const override { return "popularity"; }

  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    std::vector<Plan> plans;
    plans.reserve(requests.size());
    for (const PlanRequest& request : requests)
      plans.push_back(RankByOrder(order_, request.candidates));
    return plans;
  }

 private:
  const std::vector<int16_t> order_;
};

}  // namespace

std::unique_ptr<Planner> MakePopularityPlanner(const PlannerConfig&,
                                               const PlannerContext& context) {
  return std::make_unique<PopularityPlanner>(context);
}

}  // namespace lerl
