#include "lerl/planner/llm/unlisted_labels.h"

#include <gmock/gmock.h>

#include <vector>

namespace lerl {
namespace {

using ::testing::ElementsAre;

TEST(PutUnlistedLast, MovesThemBelowTheLowestListedInTheirOwnOrder) {
  // The highest unlisted score is 2, the lowest listed one -1: all go down by 2 - (-2) = 4.
  std::vector<float> scores = {2, -1, 1, 3};
  EXPECT_EQ(PutUnlistedLast(scores, std::vector<uint8_t>{1, 0, 1, 0}), 2);
  EXPECT_THAT(scores, ElementsAre(-2, -1, -3, 3));
}

TEST(PutUnlistedLast, SeparatesThemFromALabelWithTheSameBound) {
  std::vector<float> scores = {-3, -1, -3};
  EXPECT_EQ(PutUnlistedLast(scores, std::vector<uint8_t>{1, 0, 0}), 1);
  EXPECT_THAT(scores, ElementsAre(-4, -1, -3));
}

TEST(PutUnlistedLast, LeavesScoresThatAreLowEnough) {
  std::vector<float> scores = {-5, -1, -2};
  EXPECT_EQ(PutUnlistedLast(scores, std::vector<uint8_t>{1, 0, 0}), 1);
  EXPECT_THAT(scores, ElementsAre(-5, -1, -2));
}

TEST(PutUnlistedLast, MovesNothingWhereAllOrNoneAreListed) {
  std::vector<float> scores = {1, 0};
  EXPECT_EQ(PutUnlistedLast(scores, std::vector<uint8_t>{0, 0}), 0);
  EXPECT_EQ(PutUnlistedLast(scores, std::vector<uint8_t>{1, 1}), 2);
  EXPECT_THAT(scores, ElementsAre(1, 0));
}

}  // namespace
}  // namespace lerl
