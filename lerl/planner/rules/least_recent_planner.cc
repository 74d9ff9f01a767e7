#include "lerl/planner/rules/least_recent_planner.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/planner/profiles/user_profiles.h"
#include "lerl/planner/ranking.h"

namespace lerl {
namespace {

class LeastRecentPlanner : public Planner {
 public:
  LeastRecentPlanner(const PlannerConfig& config, const PlannerContext& context)
      : config_(config), profiles_(context.dataset, context.split) {}
  std::string name() const override { return "least_recent"; }

  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    std::vector<Plan> plans;
    plans.reserve(requests.size());
    for (const PlanRequest& request : requests) plans.push_back(RankOne(request));
    return plans;
  }

 private:
  Plan RankOne(const PlanRequest& request) {
    const std::vector<int32_t>& likes = profiles_.Of(request.user).liked;
    std::vector<int16_t> order = profiles_.LikedOrder(request.user);
    const auto most =
        std::min(static_cast<std::ptrdiff_t>(config_.liked_categories), std::ssize(order));
    const auto end = std::find_if(order.begin(), order.begin() + most,
                                  [&](int16_t c) { return likes[At(c)] == 0; });
    std::stable_sort(order.begin(), end, [&](int16_t a, int16_t b) {
      return request.last_shown[At(a)] < request.last_shown[At(b)];
    });
    return RankByOrder(order, request.candidates);
  }

  const PlannerConfig config_;
  UserProfiles profiles_;
};

}  // namespace

std::unique_ptr<Planner> MakeLeastRecentPlanner(const PlannerConfig& config,
                                                const PlannerContext& context) {
  return std::make_unique<LeastRecentPlanner>(config, context);
}

}  // namespace lerl
