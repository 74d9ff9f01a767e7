#include "lerl/planner/rules/oracle_planner.h"

#include "lerl/base/error.h"
#include "lerl/planner/ranking.h"

namespace lerl {
namespace {

class OraclePlanner : public Planner {
 public:
  explicit OraclePlanner(OracleCategoryRewards oracle) : oracle_(std::move(oracle)) {}
  std::string name() const override { return "oracle"; }

  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    std::vector<Plan> plans;
    plans.reserve(requests.size());
    for (const PlanRequest& request : requests) {
      std::vector<float> rewards(request.candidates.size());
      oracle_(request.slot, rewards);
      plans.push_back(RankByScores(name(), std::vector<double>(rewards.begin(), rewards.end()),
                                   request.candidates));
    }
    return plans;
  }

 private:
  const OracleCategoryRewards oracle_;
};

}  // namespace

std::unique_ptr<Planner> MakeOraclePlanner(const PlannerConfig&, const PlannerContext& context) {
  if (context.oracle == nullptr)
    throw Error(ErrorKind::kConfig,
                "planner.name: oracle reads the simulator, and none runs here; plan with another");
  return std::make_unique<OraclePlanner>(context.oracle);
}

}  // namespace lerl
