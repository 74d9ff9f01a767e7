#include "lerl/planner/wishes/wish_reader.h"

#include <gmock/gmock.h>

#include <cmath>

namespace lerl {
namespace {

TEST(AddEvidence, IsOneForTheNearestAndFallsWithTheScale) {
  WishScores scores(3);
  AddEvidence(std::vector<double>{0.5, 0.4, 0.1}, 0.1, /*refuses=*/false, scores);
  EXPECT_NEAR(scores[0], 1, 1e-12);
  EXPECT_NEAR(scores[1], std::exp(-1), 1e-12);
  EXPECT_NEAR(scores[2], std::exp(-4), 1e-12);
  AddEvidence(std::vector<double>{0.1, 0.1, 0.2}, 0.1, /*refuses=*/true, scores);
  EXPECT_NEAR(scores[0], 1 - std::exp(-1), 1e-12);
  EXPECT_NEAR(scores[1], 0, 1e-12);
  EXPECT_NEAR(scores[2], std::exp(-4) - 1, 1e-12);
  AddEvidence(std::vector<double>{0, 0, 1}, 0.1, /*refuses=*/true, scores);
  EXPECT_EQ(scores[2], -1);
}

}  // namespace
}  // namespace lerl
