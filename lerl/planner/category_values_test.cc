#include "lerl/planner/category_values.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/nn/matrix_factorisation.h"
#include "lerl/planner/planner_testing.h"

namespace lerl {
namespace {

// Logits of user 0 are the item biases 0 1 .. 9: mean 4.5, variance 8.25.
MfModel ByItem() {
  MfModel model;
  model.users = 2;
  model.items = 10;
  model.user_bias = {0, 0};
  for (int item = 0; item < 10; ++item) model.item_bias.push_back(static_cast<float>(item));
  return model;
}

TEST(CategoryValues, AreTheMeanOfTheBestItemsStandardised) {
  const Dataset dataset = TinyDataset();
  const MfModel model = ByItem();
  CategoryValues values(dataset, model, 2);
  const double sd = std::sqrt(8.25);
  // A holds items 0 1 8, B 2 3 8, C 4 5, D 6 7.
  const double expected[] = {(8 + 1) / 2.0, (8 + 3) / 2.0, 4.5, 6.5};
  ASSERT_EQ(values.Of(0).size(), 4U);
  for (size_t c = 0; c < 4; ++c) EXPECT_NEAR(values.Of(0)[c], (expected[c] - 4.5) / sd, 1e-6);
}

TEST(CategoryValues, OfACategoryWithoutItemsAreBelowAnyOther) {
  Dataset dataset = TinyDataset();
  dataset.categories.emplace_back("Nothing");
  const MfModel model = ByItem();
  CategoryValues values(dataset, model, 2);
  EXPECT_EQ(values.Of(1)[4], CategoryValues::kNoItems);
}

}  // namespace
}  // namespace lerl
