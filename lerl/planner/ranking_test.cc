#include "lerl/planner/ranking.h"

#include <gmock/gmock.h>

#include <limits>

#include "lerl/base/error.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

TEST(Ranking, HoldsCandidatesByFallingScoreAndTheRawOrderBeside) {
  const std::vector<double> scores = {0.5, -2, 3, 0.5};
  const std::vector<uint8_t> candidates = {1, 1, 0, 1};
  const Plan plan = RankByScores("some", scores, candidates);
  EXPECT_THAT(plan.ranking, ElementsAre(0, 3, 1));
  EXPECT_THAT(plan.raw_first, ElementsAre(2, 0, 3));
}

TEST(Ranking, BreaksTiesByASecondScoreAndThenByTheLowerId) {
  const std::vector<double> scores = {1, 2, 1, 1}, ties = {0, -9, 5, 0};
  EXPECT_THAT(RankByScores("some", scores, std::vector<uint8_t>{1, 1, 1, 1}, ties).ranking,
              ElementsAre(1, 2, 0, 3));
}

std::string RankingTestErrorOf(const std::vector<double>& scores, const std::vector<double>& ties) {
  try {
    RankByScores("head", scores, std::vector<uint8_t>{1, 1, 0}, ties);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnusable);
    return error.what();
  }
  return "";
}

TEST(Ranking, OfAScoreThatIsNotFiniteNamesPlannerAndCategory) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_EQ(RankingTestErrorOf({1, nan, 0}, {}),
            "planner 'head' diverged: its score of category 1 is nan");
  EXPECT_EQ(RankingTestErrorOf({infinite, 1, 0}, {}),
            "planner 'head' diverged: its score of category 0 is inf");
  EXPECT_EQ(RankingTestErrorOf({1, 2, nan}, {}),
            "planner 'head' diverged: its score of category 2 is nan");
  EXPECT_EQ(RankingTestErrorOf({1, 1, 0}, {0, nan, 0}),
            "planner 'head' diverged: its score of category 1 is nan");
  EXPECT_EQ(RankingTestErrorOf({1, 2, -infinite}, {}), "") << "of no candidate";
}

TEST(Ranking, IsEmptyWithoutCandidates) {
  EXPECT_TRUE(
      RankByScores("some", std::vector<double>{1, 2}, std::vector<uint8_t>{0, 0}).ranking.empty());
}

}  // namespace
}  // namespace lerl
