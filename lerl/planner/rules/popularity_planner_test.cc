#include "lerl/planner/rules/popularity_planner.h"

#include <gmock/gmock.h>

#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

TEST(PopularityPlanner, RanksByTheLikesOfEveryone) {
  const Dataset dataset = TinyDataset();
  const Split split = TinySplit();
  const auto planner =
      MakePopularityPlanner({}, {.dataset = dataset, .split = split, .policy_model = kNoFactors});
  OwnedRequest request(4);
  EXPECT_THAT(RankOne(*planner, request).ranking, ElementsAre(0, 1, 3, 2));
  request.candidates[1] = 0;
  EXPECT_THAT(RankOne(*planner, request).ranking, ElementsAre(0, 3, 2));
  request.user = 1;  // liked Action once
  EXPECT_THAT(RankOne(*planner, request).ranking, ElementsAre(0, 3, 2));
}

}  // namespace
}  // namespace lerl
