#include "lerl/planner/llm/mix_scores.h"

#include <gtest/gtest.h>

#include <limits>

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

}  // namespace
}  // namespace lerl
