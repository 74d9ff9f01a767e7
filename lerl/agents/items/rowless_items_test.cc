#include "lerl/agents/items/rowless_items.h"

#include <gmock/gmock.h>

#include <cmath>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;

MfModel ModelOf(int factors, std::vector<float> item_factors, std::vector<float> biases) {
  MfModel model;
  model.items = static_cast<int>(biases.size());
  model.factors = factors;
  model.item_factors = std::move(item_factors);
  model.item_bias = std::move(biases);
  return model;
}

TEST(RowlessItems, AreThoseWithoutATrainingRow) {
  Dataset dataset = DatasetOf({{0}, {0}, {0}}, 1, 2);
  Split split;
  AddRows(dataset, split, {{{0, 1}, {0, 0}, {1, 1}}, {{0, 1}, {0, 1}, {2, 1}}}, /*past=*/2);
  EXPECT_THAT(RootsOfRows(dataset, split), ElementsAre(DoubleEq(2), 0, 0));
}

// Means by p: of category 0 (1 1 + 3 3) / 4 = 2.5 and (.5 + 4.5) / 4 = 1.25, of category 1 that of
// item 1 alone; category 2 has no item with rows.
TEST(RowlessItems, AreTheMeanOfTheirCategoriesMeans) {
  const Dataset dataset = DatasetOf({{0}, {0, 1}, {1}, {0, 1}, {2}}, 3, 1);
  MfModel model = ModelOf(1, {1, 3, 9, 9, 9}, {0.5F, 1.5F, 9, 9, 9});
  FillByNeighbours(dataset, std::vector<double>{1, 3, 0, 0, 0}, model);
  EXPECT_THAT(model.item_factors, ElementsAre(1, 3, 3, 2.75F, 2.5F));
  EXPECT_THAT(model.item_bias, ElementsAre(0.5F, 1.5F, 1.5F, 1.375F, 1.25F));
}

TEST(RowlessItems, StayWhereNoItemHasRows) {
  const Dataset dataset = DatasetOf({{0}, {0}}, 1, 1);
  MfModel model = ModelOf(1, {1, 3}, {0, 0});
  FillByNeighbours(dataset, std::vector<double>{0, 0}, model);
  FillByFeatures(std::vector<float>{1, 1}, std::vector<double>{0, 0}, model);
  EXPECT_THAT(model.item_factors, ElementsAre(1, 3));
}

// Ten items with rows, x = 1, -1, 1, ...; of those the fifth and the tenth are left out.
//   column 1   2 + 3 x: what is left out agrees, so that the lowest penalty, .3, is best
//   column 2   x, but -x where left out, so that the highest, 100, is best
//   column 3   always .7: nothing to learn
TEST(RowlessItems, AreARegressionOnFeaturesWithAPenaltyForEachColumn) {
  std::vector<float> features, factors;
  std::vector<double> roots;
  for (int i = 0; i < 10; ++i) {
    const float x = i % 2 == 0 ? 1.0F : -1.0F;
    features.push_back(x);
    factors.push_back(2 + 3 * x);
    factors.push_back(i % 5 == 4 ? -x : x);
    roots.push_back(1);
  }
  for (const float x : {1.0F, -2.0F}) {
    features.push_back(x);
    factors.insert(factors.end(), {9, 9});
    roots.push_back(0);
  }
  std::vector<float> biases(12, 0.7F);
  biases[10] = biases[11] = 9;
  MfModel model = ModelOf(2, factors, biases);
  FillByFeatures(features, roots, model);
  EXPECT_NEAR(model.item_factors[20], 2 + 30 / 10.3, 1e-6);
  EXPECT_NEAR(model.item_factors[21], 6.0 / 110, 1e-6);
  EXPECT_NEAR(model.item_factors[22], 2 - 2 * 30 / 10.3, 1e-6);
  EXPECT_NEAR(model.item_factors[23], -2 * 6.0 / 110, 1e-6);
  EXPECT_NEAR(model.item_bias[10], 0.7, 1e-6);
  EXPECT_EQ(model.item_factors[0], 5);
}

// (1) x = 1 -> 4 with p = 3, (2) x = -1 -> 0 with p = 1: mean 3, and the sums are
// 3 1 (4 - 3) + 1 (-1) (0 - 3) = 6 over 3 + 1 + penalty. With two items nothing is left out.
TEST(RowlessItems, CountByTheRootOfTheRowsOfOthers) {
  MfModel model = ModelOf(1, {4, 0, 9}, {0, 0, 9});
  FillByFeatures(std::vector<float>{1, -1, 1}, std::vector<double>{3, 1, 0}, model);
  EXPECT_NEAR(model.item_factors[2], 3 + 6 / (4 + kPenalties[0]), 1e-6);
  EXPECT_NEAR(model.item_bias[2], 0, 1e-6);
}

}  // namespace
}  // namespace lerl
