#include "lerl/planner/rules/none_planner.h"

#include <numeric>

#include "lerl/planner/ranking.h"

namespace lerl {
namespace {

class NonePlanner : public Planner {
 public:
  std::string name() const override { return "none"; }

  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    std::vector<Plan> plans;
    plans.reserve(requests.size());
    for (const PlanRequest& request : requests) {
      std::vector<int16_t> order(request.candidates.size());
      std::iota(order.begin(), order.end(), int16_t{0});
      plans.push_back(RankByOrder(order, request.candidates));
      plans.back().raw_first.clear();
    }
    return plans;
  }
};

}  // namespace

std::unique_ptr<Planner> MakeNonePlanner(const PlannerConfig&, const PlannerContext&) {
  return std::make_unique<NonePlanner>();
}

}  // namespace lerl
