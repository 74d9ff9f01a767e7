#include "lerl/planner/rules/round_robin_planner.h"

#include "lerl/base/rng.h"
#include "lerl/planner/ranking.h"

namespace lerl {
namespace {

class RoundRobinPlanner : public Planner {
 public:
  explicit RoundRobinPlanner(const PlannerConfig& config) : config_(config) {}
  std::string name() const override { return "round_robin"; }

  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    std::vector<Plan> plans;
    plans.reserve(requests.size());
    for (const PlanRequest& request : requests) {
      const size_t categories = request.candidates.size();
      const int64_t turn = request.step / config_.cadence;
      const uint64_t start = Rng(request.seed, "round robin planner").Below(categories) +
                             static_cast<uint64_t>(turn * config_.plan_size);
      std::vector<int16_t> order(categories);
      for (size_t place = 0; place < categories; ++place) {
        order[place] = static_cast<int16_t>((start + place) % categories);
      }
      plans.push_back(RankByOrder(order, request.candidates));
    }
    return plans;
  }

 private:
  const PlannerConfig config_;
};

}  // namespace

std::unique_ptr<Planner> MakeRoundRobinPlanner(const PlannerConfig& config, const PlannerContext&) {
  return std::make_unique<RoundRobinPlanner>(config);
}

}  // namespace lerl
