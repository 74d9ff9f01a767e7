#include "lerl/python/shared_planner.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

class CountingPlanner : public Planner {
 public:
  std::string name() const override { return "counting"; }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    ++calls;
    return std::vector<Plan>(requests.size());
  }
  int calls = 0;
};

TEST(SharedPlanner, AsksThePlannerThatAllShare) {
  const auto shared = std::make_shared<CountingPlanner>();
  const auto first = SharePlanner(shared), second = SharePlanner(shared);
  const std::vector<PlanRequest> requests(2);
  EXPECT_EQ(first->Rank(requests, PlanMode::kTraining).size(), 2U);
  second->Rank(requests, PlanMode::kEvaluation);
  EXPECT_EQ(shared->calls, 2);
  EXPECT_EQ(first->name(), "counting");
}

TEST(SharedPlanner, RanksWhereTheSettingsNameNoPlanner) {
  PlannerConfig none, popular;
  none.name = "none";
  popular.name = "popularity";
  EXPECT_NE(SettingsOfShared(none, true).name, "none");
  EXPECT_EQ(SettingsOfShared(none, false).name, "none");
  EXPECT_EQ(SettingsOfShared(popular, true).name, "popularity");
}

}  // namespace
}  // namespace lerl
