#include "lerl/agents/user_models/exposure.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lerl {
namespace {

// Items 0 {a}, 1 {a, b}, 2 {c}, 3 {}.
Dataset ExposureTestFourItems() {
  Dataset dataset;
  dataset.item_ids = {"0", "1", "2", "3"};
  dataset.categories = {"a", "b", "c"};
  dataset.category_offsets = std::vector<int64_t>{0, 1, 3, 4, 4};
  dataset.category_ids = std::vector<int32_t>{0, 0, 1, 2};
  return dataset;
}

TEST(Exposure, DistanceIsTheInverseOfJaccardAndOneForTheSameItem) {
  const Dataset dataset = ExposureTestFourItems();
  EXPECT_DOUBLE_EQ(CategoryDistance(dataset, 0, 1), 2);
  EXPECT_DOUBLE_EQ(CategoryDistance(dataset, 1, 1), 1);
  EXPECT_DOUBLE_EQ(CategoryDistance(dataset, 3, 3), 1);
  EXPECT_TRUE(std::isinf(CategoryDistance(dataset, 0, 2)));
  EXPECT_TRUE(std::isinf(CategoryDistance(dataset, 3, 0)));
}

// Turns {2, 1}, {0, 0}, then item 0 with tau 2: ages 2 and 1; (e^(-2 * 2 / 2) + 2 e^(-1 / 2)) / 2.
TEST(Exposure, FadesWithTurnsAndDistance) {
  const Dataset dataset = ExposureTestFourItems();
  const std::vector<int32_t> before = {2, 1, 0, 0};
  EXPECT_NEAR(Exposure(dataset, 0, before, 2, 2), (std::exp(-2.0) + 2 * std::exp(-0.5)) / 2, 1e-9);
  EXPECT_DOUBLE_EQ(Exposure(dataset, 3, before, 2, 2), 0);
  EXPECT_DOUBLE_EQ(Exposure(dataset, 0, {}, 2, 2), 0);
}

}  // namespace
}  // namespace lerl
