#include "lerl/planner/llm/prior_weight.h"

#include <gtest/gtest.h>

#include <limits>

#include "lerl/base/rng.h"

namespace lerl {
namespace {

TEST(MixScores, MixesStandardScoresOfTheCandidates) {
  const std::vector<double> prior = {0, 10, 99}, head = {5, 3, 99};
  const std::vector<uint8_t> candidates = {1, 1, 0};
  const std::vector<double> mixed = MixScores(0.25, prior, head, candidates);
  EXPECT_NEAR(mixed[0], -0.25 + 0.75, 1e-12);
  EXPECT_NEAR(mixed[1], 0.25 - 0.75, 1e-12);
  EXPECT_EQ(mixed[2], -std::numeric_limits<double>::infinity());
}

TEST(WeightFromLikes, IsTheSmallestThatOrdersLikeTheBest) {
  // Of two categories the prior puts the liked one first; z of two is -1 and 1, so above w = 1/2
  // every w gains as much as 1, below as little as 0.
  const LikedState state{.prior = {1, 0}, .head = {0, 1}, .value = {1, 0}};
  EXPECT_DOUBLE_EQ(WeightFromLikes({state, state}), 0.55);
  EXPECT_EQ(WeightFromLikes({}), 0);
}

// Values of 8 categories, what the head and the prior know of them.
double PriorWeightTestLearned(double head_knows, double prior_knows, uint64_t seed) {
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
    EXPECT_LT(PriorWeightTestLearned(1, 0, seed), 0.1) << seed;
    EXPECT_GT(PriorWeightTestLearned(0.2, 2, seed), 0.25) << seed;
  }
}

}  // namespace
}  // namespace lerl
