#include "lerl/planner/llm/prior_weight_from_likes.h"

#include <gtest/gtest.h>

#include "lerl/base/rng.h"

namespace lerl {
namespace {

TEST(WeightFromLikes, IsTheSmallestThatOrdersLikeTheBest) {
  // Of two categories the prior puts the liked one first; z of two is -1 and 1, so above w = 1/2
  // every w gains as much as 1, below as little as 0.
  const LikedState state{.prior = {1, 0}, .head = {0, 1}, .value = {1, 0}};
  EXPECT_DOUBLE_EQ(WeightFromLikes({state, state}), 0.55);
  EXPECT_EQ(WeightFromLikes({}), 0);
}

// Values of 8 categories, what the head and the prior know of them.
double WeightFromLikesTestLearned(double head_knows, double prior_knows, uint64_t seed) {
  std::vector<LikedState> states;
  Rng rng(seed, "states");
  for (int n = 0; n < 100; ++n) {
    LikedState state;
    for (int c = 0; c < 8; ++c) {
      const double truth = rng.Normal();
      state.head.push_back(head_knows * truth + rng.Normal());
      state.prior.push_back(prior_knows * truth + rng.Normal());
      state.value.push_back(0.3 * truth + rng.Normal());
    }
    states.push_back(std::move(state));
  }
  return WeightFromLikes(states);
}

TEST(WeightFromLikes, ListensToAPriorThatKnowsMoreAndToNoneThatKnowsNothing) {
  for (uint64_t seed = 0; seed < 10; ++seed) {
    EXPECT_LT(WeightFromLikesTestLearned(1, 0, seed), 0.1) << seed;
    EXPECT_GT(WeightFromLikesTestLearned(0.2, 2, seed), 0.25) << seed;
  }
}

}  // namespace
}  // namespace lerl
