#include "lerl/planner/rules/random_unseen_planner.h"

#include <algorithm>
#include <numeric>

#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/planner/ranking.h"

namespace lerl {
namespace {

class RandomUnseenPlanner : public Planner {
 public:
  explicit RandomUnseenPlanner(const PlannerConfig& config) : config_(config) {}
  std::string name() const override { return "random_unseen"; }

  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    std::vector<Plan> plans;
    plans.reserve(requests.size());
    for (const PlanRequest& request : requests) plans.push_back(RankOne(request));
    return plans;
  }

 private:
  Plan RankOne(const PlanRequest& request) const {
    std::vector<int16_t> order(request.candidates.size());
    std::iota(order.begin(), order.end(), int16_t{0});
    Rng rng(request.seed, "random_unseen planner", static_cast<uint64_t>(request.step));
    rng.Shuffle(std::span<int16_t>(order));
    std::stable_partition(order.begin(), order.end(), [&](int16_t c) {
      const int32_t last = request.last_shown[At(c)];
      return last < 0 || request.items_shown - last > config_.unseen_items;
    });
    return RankByOrder(order, request.candidates);
  }

  const PlannerConfig config_;
};

}  // namespace

std::unique_ptr<Planner> MakeRandomUnseenPlanner(const PlannerConfig& config,
                                                 const PlannerContext&) {
  return std::make_unique<RandomUnseenPlanner>(config);
}

}  // namespace lerl
