#include "lerl/planner/rules/random_planner.h"

#include <gmock/gmock.h>

#include "lerl/base/index.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

TEST(RandomPlanner, PutsEachCategoryFirstEquallyOften) {
  const auto planner = MakeRandomPlanner({}, BareContext());
  OwnedRequest request(4);
  std::vector<int> first(4, 0);
  for (int step = 0; step < 4000; ++step) {
    request.step = step;
    ++first[At(RankOne(*planner, request).ranking.at(0))];
  }
  for (const int count : first) EXPECT_NEAR(count, 1000, 110);  // four standard deviations
}

TEST(RandomPlanner, FollowsTheSessionSeed) {
  const auto planner = MakeRandomPlanner({}, BareContext());
  OwnedRequest request(40);
  const Plan one = RankOne(*planner, request);
  request.slot = 7;
  EXPECT_EQ(RankOne(*planner, request).ranking, one.ranking);
  request.seed = 2;
  EXPECT_NE(RankOne(*planner, request).ranking, one.ranking);
}

}  // namespace
}  // namespace lerl
