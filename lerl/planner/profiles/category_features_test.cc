#include "lerl/planner/profiles/category_features.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/index.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

class CategoryFeaturesTest : public ::testing::Test {
 protected:
  CategoryFeaturesTest() {
    model_.users = static_cast<int>(dataset_.num_users());
    model_.items = static_cast<int>(dataset_.num_items());
    model_.factors = 1;
    model_.user_factors.assign(At(model_.users), 0);
    model_.user_bias.assign(At(model_.users), 0);
    model_.item_factors.assign(At(model_.items), 0);
    model_.item_bias.assign(At(model_.items), 0);
  }
  const Dataset dataset_ = MakeSyntheticDataset({});
  const Split split_ = MakeSplit(dataset_, {});
  MfModel model_;
};

TEST_F(CategoryFeaturesTest, SayWhatTheSessionShowed) {
  CategoryFeatures features({}, {.dataset = dataset_, .split = split_, .policy_model = model_});
  OwnedRequest request(At(dataset_.num_categories()));
  request.step = 3;
  request.items_shown = 6;
  request.last_items = {0, 1};
  request.last_responses = {1, 0};
  request.last_shown[1] = 3;  // two slates ago
  request.exposure[1] = 0.5;
  request.shown[1] = 2;
  request.dominant[0] = 1;
  request.last_liked_step[0] = 2;
  std::vector<double> phi;
  features.Fill(request.View(), phi);
  const auto width = At(features.width());
  ASSERT_EQ(phi.size(), width * request.shown.size());
  const double* first = phi.data();
  const double* second = phi.data() + width;
  EXPECT_DOUBLE_EQ(second[3], 0.5);
  EXPECT_DOUBLE_EQ(second[5], std::log(3) / 2);
  EXPECT_DOUBLE_EQ(second[7], 0.5);
  EXPECT_DOUBLE_EQ(first[7], 0);
  EXPECT_DOUBLE_EQ(first[8], 1);
  EXPECT_DOUBLE_EQ(first[9], 1);
  EXPECT_DOUBLE_EQ(first[10], 0.5);
  EXPECT_DOUBLE_EQ(first[13], 3);
  EXPECT_DOUBLE_EQ(first[18], 1);
  EXPECT_DOUBLE_EQ(second[18], 0);
  EXPECT_DOUBLE_EQ(second[19], 1);
}

}  // namespace
}  // namespace lerl
