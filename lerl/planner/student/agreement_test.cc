#include "lerl/planner/student/agreement.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace lerl {
namespace {

using Ranking = std::vector<int16_t>;

TEST(TopOverlap, IsTheShareOfTheFirstN) {
  const Ranking a = {0, 1, 2, 3}, b = {1, 4, 0, 5};
  EXPECT_DOUBLE_EQ(TopOverlap(a, b, 1), 0);
  EXPECT_DOUBLE_EQ(TopOverlap(a, b, 2), 0.5);
  EXPECT_DOUBLE_EQ(TopOverlap(a, b, 3), 2.0 / 3);
  EXPECT_DOUBLE_EQ(TopOverlap(a, a, 9), 1);
}

TEST(TopOverlap, TakesTheShorterRankingsLength) {
  EXPECT_DOUBLE_EQ(TopOverlap(Ranking{0, 1, 2}, Ranking{1, 0}, 3), 1);
  EXPECT_DOUBLE_EQ(TopOverlap(Ranking{}, Ranking{1, 0}, 3), 1);
}

TEST(RankingNdcg, IsOneForTheReferenceAndFallsWithTheDisplacement) {
  const Ranking reference = {3, 1, 0, 2};
  EXPECT_DOUBLE_EQ(RankingNdcg(reference, reference, 3), 1);
  // Relevances by place: 1/2, 1, 1/3 against the best 1, 1/2, 1/3.
  const double d1 = 1 / std::log2(3.0), d2 = 0.5;
  EXPECT_NEAR(RankingNdcg(Ranking{1, 3, 0, 2}, reference, 3),
              (0.5 + d1 + d2 / 3) / (1 + 0.5 * d1 + d2 / 3), 1e-12);
  EXPECT_LT(RankingNdcg(Ranking{2, 0, 1, 3}, reference, 3),
            RankingNdcg(Ranking{1, 3, 0, 2}, reference, 3));
}

TEST(RankingNdcg, CountsWhatTheReferenceDoesNotNameAsNothing) {
  EXPECT_DOUBLE_EQ(RankingNdcg(Ranking{5, 6}, Ranking{1, 2}, 2), 0);
  EXPECT_DOUBLE_EQ(RankingNdcg(Ranking{1, 2}, Ranking{}, 2), 1);
}

}  // namespace
}  // namespace lerl
