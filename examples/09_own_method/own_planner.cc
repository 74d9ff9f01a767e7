// A planner of one's own: categories that the user has liked in this session, less what was shown of
// them. Nothing in the tree names it; PlannerAdded puts its row into the registry.

#include "lerl/planner/ranking.h"
#include "lerl/planner/registry.h"

namespace {

class OwnPlanner : public lerl::Planner {
 public:
  std::string name() const override { return "own_planner"; }

  std::vector<lerl::Plan> Rank(std::span<const lerl::PlanRequest> requests,
                               lerl::PlanMode) override {
    std::vector<lerl::Plan> plans;
    for (const lerl::PlanRequest& request : requests) {
      std::vector<double> scores(request.candidates.size());
      for (size_t c = 0; c < scores.size(); ++c) {
        // The share of likes, as if each category had been shown twice and liked once before.
        const double rate = (request.liked[c] + 1.0) / (request.shown[c] + 2.0);
        scores[c] = rate - 0.1 * request.exposure[c];
      }
      plans.push_back(lerl::RankByScores(name(), scores, request.candidates));
    }
    return plans;
  }
};

std::unique_ptr<lerl::Planner> MakeOwnPlanner(const lerl::PlannerConfig&,
                                              const lerl::PlannerContext&) {
  return std::make_unique<OwnPlanner>();
}

const lerl::PlannerAdded kOwnPlanner({.name = "own_planner",
                                      .what = "what was liked in this session, less what was shown",
                                      .source = "examples/09_own_method",
                                      .make = MakeOwnPlanner});

}  // namespace
