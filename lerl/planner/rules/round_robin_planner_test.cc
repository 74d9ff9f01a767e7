#include "lerl/planner/rules/round_robin_planner.h"

#include <gmock/gmock.h>

#include "lerl/base/index.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

TEST(RoundRobinPlanner, CoversAllCategoriesInTurn) {
  PlannerConfig config;
  config.plan_size = 2;
  const auto planner = MakeRoundRobinPlanner(config, BareContext());
  OwnedRequest request(6);
  std::vector<int> planned(6, 0);
  for (int step = 0; step < 3; ++step) {
    request.step = step;
    const Plan plan = RankOne(*planner, request);
    ASSERT_EQ(plan.ranking.size(), 6U);
    EXPECT_EQ((plan.ranking[0] + 1) % 6, plan.ranking[1]);
    ++planned[At(plan.ranking[0])];
    ++planned[At(plan.ranking[1])];
  }
  EXPECT_EQ(planned, std::vector<int>(6, 1));
}

TEST(RoundRobinPlanner, StartsElsewhereInOtherSessions) {
  const auto planner = MakeRoundRobinPlanner({}, BareContext());
  OwnedRequest request(6);
  std::vector<int> first(6, 0);
  for (uint64_t seed = 0; seed < 60; ++seed) {
    request.seed = seed;
    ++first[At(RankOne(*planner, request).ranking[0])];
  }
  for (const int count : first) EXPECT_GT(count, 0);
}

TEST(RoundRobinPlanner, TurnsWithTheCadence) {
  PlannerConfig config;
  config.plan_size = 1;
  config.cadence = 3;
  const auto planner = MakeRoundRobinPlanner(config, BareContext());
  OwnedRequest request(6);
  const int first = RankOne(*planner, request).ranking[0];
  request.step = 3;
  EXPECT_EQ(RankOne(*planner, request).ranking[0], (first + 1) % 6);
}

}  // namespace
}  // namespace lerl
