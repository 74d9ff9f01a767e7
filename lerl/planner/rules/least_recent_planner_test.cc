#include "lerl/planner/rules/least_recent_planner.h"

#include <gmock/gmock.h>

#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

TEST(LeastRecentPlanner, TakesTurnsAmongWhatTheUserLikes) {
  const Dataset dataset = TinyDataset();
  const Split split = TinySplit();
  PlannerConfig config;
  const PlannerContext context = {.dataset = dataset, .split = split, .policy_model = kNoFactors};
  OwnedRequest request(4);  // likes Action, Comedy, Western once each
  EXPECT_THAT(RankOne(*MakeLeastRecentPlanner(config, context), request).ranking,
              ElementsAre(0, 1, 3, 2));
  request.last_shown = {5, -1, -1, 2};
  EXPECT_THAT(RankOne(*MakeLeastRecentPlanner(config, context), request).ranking,
              ElementsAre(1, 3, 0, 2));
  config.liked_categories = 2;
  EXPECT_THAT(RankOne(*MakeLeastRecentPlanner(config, context), request).ranking,
              ElementsAre(1, 0, 3, 2));
}

}  // namespace
}  // namespace lerl
