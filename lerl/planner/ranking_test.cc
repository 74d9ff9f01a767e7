#include "lerl/planner/ranking.h"

#include <gmock/gmock.h>

namespace lerl {
namespace {

using ::testing::ElementsAre;

TEST(Ranking, HoldsCandidatesByFallingScoreAndTheRawOrderBeside) {
  const std::vector<double> scores = {0.5, -2, 3, 0.5};
  const std::vector<uint8_t> candidates = {1, 1, 0, 1};
  const Plan plan = RankByScores(scores, candidates);
  EXPECT_THAT(plan.ranking, ElementsAre(0, 3, 1));
  EXPECT_THAT(plan.raw_first, ElementsAre(2, 0, 3));
}

TEST(Ranking, BreaksTiesByASecondScoreAndThenByTheLowerId) {
  const std::vector<double> scores = {1, 2, 1, 1}, ties = {0, -9, 5, 0};
  EXPECT_THAT(RankByScores(scores, std::vector<uint8_t>{1, 1, 1, 1}, ties).ranking,
              ElementsAre(1, 2, 0, 3));
}

TEST(Ranking, IsEmptyWithoutCandidates) {
  EXPECT_TRUE(RankByScores(std::vector<double>{1, 2}, std::vector<uint8_t>{0, 0}).ranking.empty());
}

}  // namespace
}  // namespace lerl
