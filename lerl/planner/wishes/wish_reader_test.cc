#include "lerl/planner/wishes/wish_reader.h"

#include <gmock/gmock.h>

#include <cmath>

namespace lerl {
namespace {

// The weights are 1, e^-1 and e^-4, whose sum is 1.38619.
TEST(AddEvidence, IsTheChanceOfEachCategory) {
  const double sum = 1 + std::exp(-1) + std::exp(-4);
  WishScores scores(3);
  AddEvidence(std::vector<double>{0.5, 0.4, 0.1}, 0.1, /*refuses=*/false, scores);
  EXPECT_NEAR(scores[0], 0.72140, 1e-5);
  EXPECT_NEAR(scores[1], 0.26539, 1e-5);
  EXPECT_NEAR(scores[2], std::exp(-4) / sum, 1e-12);
  AddEvidence(std::vector<double>{0.1, 0.4, 0.5}, 0.1, /*refuses=*/true, scores);
  EXPECT_NEAR(scores[1], 0, 1e-12);
  EXPECT_NEAR(scores[2], (std::exp(-4) - 1) / sum, 1e-12);
  for (int i = 0; i < 3; ++i)
    AddEvidence(std::vector<double>{0, 0, 9}, 0.1, /*refuses=*/true, scores);
  EXPECT_EQ(scores[2], -1);
}

}  // namespace
}  // namespace lerl
