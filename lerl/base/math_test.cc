#include "lerl/base/math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace lerl {
namespace {

TEST(Ndcg, IsTheHandComputedShareOfTheBestRanking) {
  const std::vector<float> worth = {3, 1, 0, 2};
  const double second = 1 / std::log2(3.0);
  EXPECT_NEAR(Ndcg(worth, std::vector<size_t>{1, 0}), (1 + 3 * second) / (3 + 2 * second), 1e-12);
  EXPECT_DOUBLE_EQ(Ndcg(worth, std::vector<size_t>{0, 3, 1}), 1);
  EXPECT_DOUBLE_EQ(Ndcg(std::vector<float>{2, 2}, std::vector<size_t>{1}), 1);
}

}  // namespace
}  // namespace lerl
