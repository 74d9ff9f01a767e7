#include "lerl/planner/rules/oracle_planner.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>

#include "lerl/base/error.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

TEST(OraclePlanner, RanksCategoriesByWhatTheyAreWorthInTheSlotNow) {
  PlannerContext context = BareContext();
  context.oracle = [](int slot, std::span<float> rewards) {
    for (size_t c = 0; c < rewards.size(); ++c) rewards[c] = static_cast<float>(c % 3) * 0.1f;
    if (slot == 5) rewards[3] = 1;
  };
  const auto planner = MakeOraclePlanner({}, context);
  OwnedRequest request(4);
  EXPECT_THAT(RankOne(*planner, request).ranking, ElementsAre(2, 1, 0, 3));
  request.slot = 5;
  request.candidates = {1, 1, 0, 1};
  const Plan plan = RankOne(*planner, request);
  EXPECT_THAT(plan.ranking, ElementsAre(3, 1, 0));
  EXPECT_THAT(plan.raw_first, ElementsAre(3, 2, 1));
}

TEST(OraclePlanner, StopsAtAWorthThatIsNoNumber) {
  PlannerContext context = BareContext();
  context.oracle = [](int, std::span<float> rewards) {
    std::fill(rewards.begin(), rewards.end(), std::numeric_limits<float>::quiet_NaN());
  };
  const auto planner = MakeOraclePlanner({}, context);
  try {
    RankOne(*planner, OwnedRequest(4));
    ADD_FAILURE() << "ranked by no number";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "planner 'oracle' diverged: its score of category 0 is nan");
  }
}

TEST(OraclePlanner, NeedsASimulator) { EXPECT_THROW(MakeOraclePlanner({}, BareContext()), Error); }

}  // namespace
}  // namespace lerl
