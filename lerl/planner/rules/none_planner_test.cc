#include "lerl/planner/rules/none_planner.h"

#include <gmock/gmock.h>

#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

TEST(NonePlanner, RanksTheCandidatesById) {
  const auto planner = MakeNonePlanner({}, BareContext());
  OwnedRequest request(4);
  request.candidates = {1, 0, 1, 1};
  EXPECT_THAT(RankOne(*planner, request).ranking, ElementsAre(0, 2, 3));
}

}  // namespace
}  // namespace lerl
