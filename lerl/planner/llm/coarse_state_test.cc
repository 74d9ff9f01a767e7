#include "lerl/planner/llm/coarse_state.h"

#include <gmock/gmock.h>

#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CoarseStateTest : public ::testing::Test {
 protected:
  PlanState State(const std::string& kind, const OwnedRequest& request) {
    config_.state = kind;
    return CoarseState(config_, profiles_, "", request.View());
  }
  const Dataset dataset_ = TinyDataset();
  const Split split_ = TinySplit();
  UserProfiles profiles_{dataset_, split_};
  LlmPlannerConfig config_;
};

// The user likes Action, Comedy and Western, once each.
TEST_F(CoarseStateTest, AtTheStartThereAreFavouritesAlone) {
  const OwnedRequest request(4);
  EXPECT_EQ(State("full", request), (PlanState{.favourites = {0, 1, 3}}));
  EXPECT_EQ(State("pair", request), (PlanState{.favourites = {0}}));
  EXPECT_EQ(State("triple", request), (PlanState{.favourites = {0, 1}}));
}

TEST_F(CoarseStateTest, FullShowsTheLastSlateAndWhatWasShownTooOften) {
  OwnedRequest request(4);
  request.dominant = {0, 1, 0, 0};
  request.exposure = {1.5F, 1, 0.9F, 0};
  request.last_responses = {1, 0};
  const PlanState state = State("full", request);
  EXPECT_THAT(state.last, ElementsAre(1));
  EXPECT_TRUE(state.last_liked);
  EXPECT_THAT(state.often, ElementsAre(0));
  request.last_responses = {1, 0, 0};
  EXPECT_FALSE(State("full", request).last_liked);
}

TEST_F(CoarseStateTest, PairsShowWhatWasLikedLastAndElseWhatDominates) {
  OwnedRequest request(4);
  request.dominant = {0, 0, 1, 1};
  request.exposure = {0, 0, 0.4F, 0.6F};
  EXPECT_THAT(State("pair", request).last, ElementsAre(3));  // nothing liked: the dominant one
  request.last_liked_step = {0, 2, 1, -1};
  request.exposure = {1, 0, 0, 0};
  EXPECT_THAT(State("pair", request).last, ElementsAre(1));  // liked latest
  request.last_liked_step = {2, 2, 1, -1};
  EXPECT_THAT(State("triple", request).last, ElementsAre(0));  // of equals the most exposed
  EXPECT_THAT(State("pair", request).often, IsEmpty());
}

TEST_F(CoarseStateTest, AllStatesHoldWhateverCanBeShownOnce) {
  const std::vector<PlanState> pairs = AllCoarseStates("pair", 4);
  EXPECT_EQ(pairs.size(), 4U * 5);
  const std::vector<PlanState> triples = AllCoarseStates("triple", 4);
  EXPECT_EQ(triples.size(), 4U * 3 * 5);
  EXPECT_EQ(AllCoarseStates("triple", 1).size(), 2U);
  OwnedRequest request(4);
  for (int32_t liked = -1; liked < 4; ++liked) {
    request.last_liked_step.assign(4, -1);
    if (liked >= 0) request.last_liked_step[static_cast<size_t>(liked)] = 0;
    EXPECT_EQ(std::count(pairs.begin(), pairs.end(), State("pair", request)), 1);
    EXPECT_EQ(std::count(triples.begin(), triples.end(), State("triple", request)), 1);
  }
}

}  // namespace
}  // namespace lerl
