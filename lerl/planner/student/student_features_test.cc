#include "lerl/planner/student/student_features.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/nn/matrix_factorisation.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

class Features : public ::testing::Test {
 protected:
  StudentInput Of(const OwnedRequest& request) {
    StudentInput input;
    StudentFeatures({}, {.dataset = dataset_, .split = split_, .policy_model = model_})
        .Compute(request.View(), input);
    return input;
  }
  static float At(const StudentInput& input, size_t category, size_t feature) {
    return input.category.at(category * StudentFeatures::kCategoryWidth + feature);
  }

  const Dataset dataset_ = TinyDataset();
  const Split split_ = TinySplit();
  const MfModel model_{.users = 2,
                       .items = 10,
                       .factors = 0,
                       .user_factors = {},
                       .item_factors = {},
                       .user_bias = {0, 0},
                       .item_bias = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
                       .mean = 0};
};

TEST_F(Features, KnowThePastOfTheUserAndOfEveryone) {
  // User 0 liked items of A, B and D in its training rows; user 1 liked item 1, of A.
  const StudentInput input = Of(OwnedRequest(4));
  EXPECT_FLOAT_EQ(At(input, 0, 0), 1.0F / 3);
  EXPECT_FLOAT_EQ(At(input, 2, 0), 0);
  EXPECT_FLOAT_EQ(At(input, 0, 1), 1);  // A B D liked once each, by id, then C
  EXPECT_FLOAT_EQ(At(input, 3, 1), 1.0F / 3);
  EXPECT_FLOAT_EQ(At(input, 2, 1), 1.0F / 4);
  EXPECT_FLOAT_EQ(At(input, 0, 9), 0.5F);
  EXPECT_FLOAT_EQ(At(input, 1, 9), 0.25F);
  EXPECT_NEAR(At(input, 2, 2), 0 / 3, 1e-6);  // items 4 and 5: the mean of all
}

TEST_F(Features, KnowTheSession) {
  OwnedRequest request(4);
  request.step = 3;
  request.dominant = {0, 1, 0, 0};
  request.exposure = {0.5F, 2.5F, 0, 0};
  request.shown = {2, 6, 0, 0};
  request.liked = {1, 3, 0, 0};
  request.last_liked_step = {0, 2, -1, -1};
  request.last_items = {2, 3, 2, 3};
  request.last_responses = {1, 2, 3, 1};  // bit 0 is the like
  const StudentInput input = Of(request);
  EXPECT_FLOAT_EQ(At(input, 1, 3), 2.5F);
  EXPECT_FLOAT_EQ(At(input, 1, 4), 0.75F);
  EXPECT_FLOAT_EQ(At(input, 0, 5), 0.5F);
  EXPECT_NEAR(At(input, 0, 6), 0.8 * 0.8, 1e-6);
  EXPECT_FLOAT_EQ(At(input, 1, 6), 1);
  EXPECT_FLOAT_EQ(At(input, 2, 6), 0);
  EXPECT_FLOAT_EQ(At(input, 1, 7), 1);
  EXPECT_FLOAT_EQ(At(input, 1, 8), 0.75F);
  ASSERT_EQ(std::ssize(input.shared), StudentFeatures::SharedWidth(4));
  EXPECT_FLOAT_EQ(input.shared[0], 0);
  EXPECT_FLOAT_EQ(input.shared[1], 3.0F / 20);
  EXPECT_FLOAT_EQ(input.shared[2], 0.75F);
  EXPECT_FLOAT_EQ(input.shared[3 + 1], 1);
  EXPECT_FLOAT_EQ(input.shared[3 + 4 + 2], 1.0F / 4);
  EXPECT_FLOAT_EQ(input.shared[3 + 8 + 1], 2);  // exposure, cut
}

TEST_F(Features, AreFiniteBeforeTheFirstSlateAndForACategoryWithoutItems) {
  Dataset dataset = dataset_;
  dataset.categories.emplace_back("Nothing");
  StudentInput input;
  StudentFeatures({}, {.dataset = dataset, .split = split_, .policy_model = model_})
      .Compute(OwnedRequest(5).View(), input);
  for (const float x : input.category) EXPECT_TRUE(std::isfinite(x));
  EXPECT_FLOAT_EQ(At(input, 4, 2), -1);
  EXPECT_FLOAT_EQ(input.shared[0], 1);
}

}  // namespace
}  // namespace lerl
