#include "lerl/planner/rules/short_term_planner.h"

#include <gmock/gmock.h>

#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

class ShortTerm : public ::testing::Test {
 protected:
  const Dataset dataset_ = TinyDataset();
  const Split split_ = TinySplit();
  const std::unique_ptr<Planner> planner_ =
      MakeShortTermPlanner({}, {.dataset = dataset_, .split = split_, .policy_model = kNoFactors});
};

TEST_F(ShortTerm, StartsWithTheLatestLikesOfTheTrainingRows) {
  // Latest first: Western, Comedy, Action. Drama was disliked in training and liked in a held-out
  // row, which must not be seen.
  EXPECT_THAT(RankOne(*planner_, OwnedRequest(4)).ranking, ElementsAre(3, 1, 0, 2));
}

TEST_F(ShortTerm, PutsLikesOfThisSessionFirst) {
  OwnedRequest request(4);
  request.liked = {3, 0, 1, 0};
  request.last_liked_step = {1, -1, 1, -1};
  EXPECT_THAT(RankOne(*planner_, request).ranking, ElementsAre(0, 2, 3, 1));
  request.last_liked_step = {1, -1, 2, -1};
  EXPECT_THAT(RankOne(*planner_, request).ranking, ElementsAre(2, 0, 3, 1));
}

}  // namespace
}  // namespace lerl
