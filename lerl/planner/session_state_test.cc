#include "lerl/planner/session_state.h"

#include <gmock/gmock.h>

#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

TEST(SessionState, CountsWhatWasShownAndLiked) {
  const Dataset dataset = TinyDataset();
  SessionState state(4);
  state.Observe(dataset, std::vector<int32_t>{0, 8}, std::vector<uint32_t>{1, 0}, 0.5);
  state.Observe(dataset, std::vector<int32_t>{4, 5}, std::vector<uint32_t>{0, 1}, 0.5);
  const PlanRequest request = state.Request();
  EXPECT_THAT(request.exposure, ElementsAre(0.5F, 0.25F, 1, 0));
  EXPECT_THAT(request.shown, ElementsAre(2, 1, 2, 0));
  EXPECT_THAT(request.liked, ElementsAre(1, 0, 1, 0));
  EXPECT_THAT(request.last_liked_step, ElementsAre(0, -1, 1, -1));
  EXPECT_THAT(request.last_shown, ElementsAre(1, 1, 3, -1));
  EXPECT_THAT(request.last_items, ElementsAre(4, 5));
  EXPECT_EQ(request.items_shown, 4);
}

TEST(ReplaySession, GoesThroughAnEndedSessionAsItWas) {
  const Dataset dataset = TinyDataset();
  const OwnedSession session({{0, 1}, {2, 4}}, {{1, 1}, {0, 1}}, {1, 0.5}, 4);
  std::vector<std::vector<int32_t>> shown;
  std::vector<std::vector<uint8_t>> candidates;
  ReplaySession(dataset, session.View(), 0.8, [&](const PlanRequest& request) {
    EXPECT_EQ(request.step, std::ssize(shown));
    shown.emplace_back(request.shown.begin(), request.shown.end());
    candidates.emplace_back(request.candidates.begin(), request.candidates.end());
  });
  EXPECT_THAT(shown, ElementsAre(ElementsAre(0, 0, 0, 0), ElementsAre(2, 0, 0, 0)));
  EXPECT_THAT(candidates, ElementsAre(ElementsAre(1, 1, 1, 1), ElementsAre(1, 1, 1, 1)));
}

TEST(ReplaySession, TakesTheRankedCategoriesForCandidates) {
  const Dataset dataset = TinyDataset();
  OwnedSession session({{0, 1}}, {{1, 1}}, {1}, 4);
  session.rankings = {2, 0, -1, -1};
  ReplaySession(dataset, session.View(), 0.8, [&](const PlanRequest& request) {
    EXPECT_THAT(request.candidates, ElementsAre(1, 0, 1, 0));
  });
}

}  // namespace
}  // namespace lerl
