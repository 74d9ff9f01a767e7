#include "lerl/planner/profiles/category_values.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

TEST(CategoryValues, AreMeansOfTheBestStandardisedLogits) {
  const Dataset dataset = TinyDataset();
  MfModel model;
  model.users = 2;
  model.items = 10;
  model.factors = 1;
  model.user_factors = {0, 0};
  model.user_bias = {0, 0};
  model.item_factors.assign(10, 0);
  model.item_bias = {2, 0, 0, 0, 0, 0, 0, 0, 0, 0};  // mean .2, sd .6
  CategoryValues values(dataset, model, 2);
  EXPECT_NEAR(values.Of(0)[0], (3.0 - 1.0 / 3) / 2, 1e-6);  // of items 0 1 8 the best two
  EXPECT_NEAR(values.Of(0)[3], -1.0 / 3, 1e-6);
}

}  // namespace
}  // namespace lerl
