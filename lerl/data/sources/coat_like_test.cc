#include "lerl/data/sources/coat_like.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/data/split.h"

namespace lerl {
namespace {

// Mean length of random play under Coat's rule with the published slice: repeats allowed, at most
// 30 steps, N = 7, d = 6.
double RandomLength(const UserItemMatrix& matrix, int sessions) {
  const std::vector<float> distances = ColumnDistances(matrix);
  Rng rng(7, "random play");
  int64_t steps = 0;
  for (int session = 0; session < sessions; ++session) {
    std::vector<size_t> shown;
    for (bool leaves = false; !leaves && shown.size() < 30; ++steps) {
      const size_t item = rng.Below(static_cast<uint64_t>(matrix.columns)), t = shown.size();
      const size_t window = t < 7 ? std::min(t, 7 - t) : 7;
      for (size_t i = t - window; i < t; ++i)
        leaves |= distances[item * At(matrix.columns) + shown[i]] < 6;
      shown.push_back(item);
    }
  }
  return static_cast<double>(steps) / sessions;
}

TEST(CoatLike, HasCoatsShapeAndValueCounts) {
  const CoatLike made = MakeCoatLike();
  EXPECT_EQ(made.matrix.rows, 290);
  EXPECT_EQ(made.matrix.columns, 300);
  std::vector<int64_t> counts(6);
  for (const float value : made.matrix.values) {
    ASSERT_EQ(value, static_cast<float>(static_cast<int>(value)));
    ++counts.at(static_cast<size_t>(value));
  }
  EXPECT_THAT(counts, testing::ElementsAre(0, 12'006, 47'238, 23'287, 4'353, 116));
}

TEST(CoatLike, RandomPlayLastsAsLongAsOnCoat) {
  EXPECT_NEAR(RandomLength(MakeCoatLike().matrix, 40'000), 12.7, 0.3);
}

TEST(CoatLike, MoreNoiseDrivesItemsApart) {
  const double length = RandomLength(MakeCoatLike().matrix, 4'000);
  EXPECT_LT(RandomLength(MakeCoatLike({.noise = 0.03}).matrix, 4'000), length - 1);
  EXPECT_GT(RandomLength(MakeCoatLike({.noise = 0.15}).matrix, 4'000), length + 3);
}

TEST(CoatLike, IsTheSameEachTimeAndOtherForAnotherSeed) {
  EXPECT_EQ(MakeCoatLike().matrix.values, MakeCoatLike().matrix.values);
  EXPECT_NE(MakeCoatLike().matrix.values, MakeCoatLike({.seed = 2}).matrix.values);
}

TEST(CoatLike, IsADataSetWithALogAndCategories) {
  const Dataset dataset = LoadCoatLike("coat-like", {}, {});
  CheckConsistent(dataset);
  EXPECT_EQ(dataset.num_interactions(), 290 * 24);
  EXPECT_EQ(dataset.num_categories(), kCoatCategories);
  std::vector<int> items_of(kCoatCategories);
  for (const int32_t category : dataset.category_ids) ++items_of[At(category)];
  EXPECT_THAT(items_of, testing::Each(testing::Gt(20)));
  const Split split = MakeSplit(dataset, {});
  size_t users = 0;
  for (const auto* list : UserLists(split)) users += list->size();
  EXPECT_EQ(users, 290u);
}

TEST(CoatLike, ItemsOfACategoryLieNearerToEachOther) {
  const CoatLike made = MakeCoatLike();
  const std::vector<float> distances = ColumnDistances(made.matrix);
  double within = 0, across = 0;
  int64_t pairs_within = 0, pairs_across = 0;
  for (size_t a = 0; a < 300; ++a) {
    for (size_t b = 0; b < a; ++b) {
      const bool same = made.category_of_item[a] == made.category_of_item[b];
      (same ? within : across) += static_cast<double>(distances[a * 300 + b]);
      ++(same ? pairs_within : pairs_across);
    }
  }
  EXPECT_LT(within / static_cast<double>(pairs_within),
            0.8 * across / static_cast<double>(pairs_across));
}

}  // namespace
}  // namespace lerl
