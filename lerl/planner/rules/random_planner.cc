#include "lerl/planner/rules/random_planner.h"

#include <numeric>

#include "lerl/base/rng.h"
#include "lerl/planner/ranking.h"

namespace lerl {
namespace {

class RandomPlanner : public Planner {
 public:
  std::string name() const override { return "random"; }

  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    std::vector<Plan> plans;
    plans.reserve(requests.size());
    for (const PlanRequest& request : requests) {
      std::vector<int16_t> order(request.candidates.size());
      std::iota(order.begin(), order.end(), int16_t{0});
      Rng rng(request.seed, "random planner", static_cast<uint64_t>(request.step));
      rng.Shuffle(std::span<int16_t>(order));
      plans.push_back(RankByOrder(order, request.candidates));
    }
    return plans;
  }
};

}  // namespace

std::unique_ptr<Planner> MakeRandomPlanner(const PlannerConfig&, const PlannerContext&) {
  return std::make_unique<RandomPlanner>();
}

}  // namespace lerl
