#include "lerl/agents/slate_selector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

Dataset SlateSelectorTestFourItems() {  // categories: {0}, {1}, {0, 1}, none
  Dataset dataset;
  dataset.categories = {"a", "b"};
  dataset.item_ids = {"0", "1", "2", "3"};
  dataset.category_offsets = std::vector<int64_t>{0, 1, 2, 4, 4};
  dataset.category_ids = std::vector<int32_t>{0, 1, 0, 1};
  return dataset;
}

TEST(ItemsInPlan, HoldsItemsThatCarryAnyCategoryOfThePlan) {
  std::vector<uint8_t> inside(4);
  ItemsInPlan(SlateSelectorTestFourItems(), std::vector<uint8_t>{1, 0}, inside);
  EXPECT_THAT(inside, ElementsAre(1, 0, 1, 0));
}

TEST(ItemsInPlan, OfAllCategoriesHoldsItemsWithoutOne) {
  std::vector<uint8_t> inside(4);
  ItemsInPlan(SlateSelectorTestFourItems(), std::vector<uint8_t>{1, 1}, inside);
  EXPECT_THAT(inside, ElementsAre(1, 1, 1, 1));
}

TEST(SelectSlate, NeverShowsAnItemOutsideThePlanEvenWhenAllScoresInsideAreNegative) {
  std::vector<int32_t> slate(2);
  SelectSlate(std::vector<float>{-5, 3, -1, 9}, std::vector<uint8_t>{1, 0, 1, 0},
              std::vector<uint8_t>{0, 0, 0, 0}, slate);
  EXPECT_THAT(slate, ElementsAre(2, 0));
}

// Times the mask the scores are -5, 0, -1, 0: both items outside beat those inside.
TEST(ApplyProductMask, LetsItemsOutsideThePlanWinAgainstNegativeScores) {
  std::vector<float> scores = {-5, 3, -1, 9};
  std::vector<uint8_t> inside = {1, 0, 1, 0};
  std::vector<int32_t> slate(3);
  ApplyProductMask(scores, inside);
  SelectSlate(scores, inside, std::vector<uint8_t>{0, 0, 0, 0}, slate);
  EXPECT_THAT(slate, ElementsAre(1, 3, 2));
}

TEST(ApplyProductMask, LeavesPositiveScoresInsideThePlanFirst) {
  std::vector<float> scores = {5, 7, 1, 9};
  std::vector<uint8_t> inside = {1, 0, 1, 0};
  std::vector<int32_t> slate(2);
  ApplyProductMask(scores, inside);
  SelectSlate(scores, inside, std::vector<uint8_t>{0, 0, 0, 0}, slate);
  EXPECT_THAT(slate, ElementsAre(0, 2));
}

TEST(SelectSlate, ShowsNoItemWhoseScoreIsNoNumber) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  std::vector<int32_t> slate(2);
  EXPECT_THROW(SelectSlate(std::vector<float>{nan, 3, 1, 2}, std::vector<uint8_t>{1, 1, 1, 1},
                           std::vector<uint8_t>{0, 0, 0, 0}, slate),
               CheckFailure);
}

TEST(RequireFiniteScores, NamesTheAgentAndTheFirstScoreThatIsNotFinite) {
  std::vector<Observation> seen(2);
  seen[1].step = 5, seen[1].user = 9;
  std::vector<float> scores(size_t{2} * 21, 1.0f);
  scores[0] = -std::numeric_limits<float>::max();
  RequireFiniteScores("ppo", seen, scores);
  for (const float broken :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
        -std::numeric_limits<float>::infinity()}) {
    scores[21 + 4] = broken;
    try {
      RequireFiniteScores("ppo", seen, scores);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUnusable);
      EXPECT_THAT(error.what(),
                  ::testing::StartsWith(
                      "agent 'ppo' diverged: its score of item 4 for user 9 at step 5 is "));
    }
  }
}

TEST(SelectSlate, BreaksTiesByTheLowerId) {
  std::vector<int32_t> slate(2);
  SelectSlate(std::vector<float>{1, 1, 1, 1}, std::vector<uint8_t>{1, 1, 1, 1},
              std::vector<uint8_t>{1, 0, 0, 0}, slate);
  EXPECT_THAT(slate, ElementsAre(1, 2));
}

TEST(SelectSlate, RefusesWhenTooFewItemsAreLeft) {
  std::vector<int32_t> slate(2);
  EXPECT_THROW(SelectSlate(std::vector<float>{1, 1}, std::vector<uint8_t>{1, 0},
                           std::vector<uint8_t>{0, 0}, slate),
               CheckFailure);
}

TEST(SelectSlate, AgreesWithAFullSort) {
  Rng rng(7);
  std::vector<float> scores(500);
  std::vector<uint8_t> inside(500), excluded(500);
  for (size_t i = 0; i < scores.size(); ++i) {
    scores[i] = static_cast<float>(rng.Below(50));
    inside[i] = rng.Bernoulli(0.7);
    excluded[i] = rng.Bernoulli(0.2);
  }
  std::vector<int32_t> expected;
  for (int32_t i = 0; i < 500; ++i)
    if (inside[At(i)] && !excluded[At(i)]) expected.push_back(i);
  std::stable_sort(expected.begin(), expected.end(),
                   [&](int32_t a, int32_t b) { return scores[At(a)] > scores[At(b)]; });
  expected.resize(20);
  std::vector<int32_t> slate(20);
  SelectSlate(scores, inside, excluded, slate);
  EXPECT_EQ(slate, expected);
}

}  // namespace
}  // namespace lerl
