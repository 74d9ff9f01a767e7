#include "lerl/planner/rules/own_history_planner.h"

#include "lerl/base/check.h"
#include "lerl/planner/profiles/user_profiles.h"
#include "lerl/planner/ranking.h"

namespace lerl {
namespace {

class OwnHistoryPlanner : public Planner {
 public:
  explicit OwnHistoryPlanner(const PlannerContext& context)
      : profiles_(context.dataset, context.split) {}
  std::string name() const override { return "own_history"; }

  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    std::vector<Plan> plans;
    plans.reserve(requests.size());
    for (const PlanRequest& request : requests)
      plans.push_back(RankByOrder(profiles_.LikedOrder(request.user), request.candidates));
    return plans;
  }

 private:
  UserProfiles profiles_;
};

}  // namespace

std::unique_ptr<Planner> MakeOwnHistoryPlanner(const PlannerConfig&,
                                               const PlannerContext& context) {
  return std::make_unique<OwnHistoryPlanner>(context);
}

}  // namespace lerl
