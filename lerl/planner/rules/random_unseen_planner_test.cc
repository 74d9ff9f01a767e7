#include "lerl/planner/rules/random_unseen_planner.h"

#include <gmock/gmock.h>

#include <set>

#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::UnorderedElementsAre;

TEST(RandomUnseenPlanner, PutsCategoriesOfTheLastItemsBehind) {
  const auto planner = MakeRandomUnseenPlanner({}, BareContext());
  OwnedRequest request(4);
  request.items_shown = 8;
  request.last_shown = {3, 7, -1, 4};  // the last four items are 4 to 7
  std::set<std::vector<int16_t>> firsts;
  for (uint64_t seed = 0; seed < 30; ++seed) {
    request.seed = seed;
    const std::vector<int16_t> ranking = RankOne(*planner, request).ranking;
    EXPECT_THAT((std::vector<int16_t>{ranking[0], ranking[1]}), UnorderedElementsAre(0, 2));
    firsts.insert({ranking[0], ranking[2]});
  }
  EXPECT_EQ(firsts.size(), 4U);  // both parts in random order
}

}  // namespace
}  // namespace lerl
