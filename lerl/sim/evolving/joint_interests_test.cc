#include "lerl/sim/evolving/joint_interests.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/math.h"

namespace lerl {
namespace {

// One user and two items: item 0 of category 0, item 1 of both. Two training rows, a liked item 0
// and a disliked item 1, and one validation row.
Dataset TwoItems() {
  Dataset data;
  data.behaviours = {"like"};
  data.categories = {"c0", "c1"};
  data.user_ids = {"u"};
  data.item_ids = {"i0", "i1"};
  data.item_titles.resize(2);
  data.category_offsets = std::vector<int64_t>{0, 1, 3};
  data.category_ids = std::vector<int32_t>{0, 0, 1};
  data.user_offsets = std::vector<int64_t>{0, 3};
  data.items = std::vector<int32_t>{0, 1, 0};
  data.times_ms = std::vector<int64_t>(3);
  data.responses = {std::vector<uint8_t>{1, 0, 1}};
  return data;
}

Split TwoItemsSplit() {
  Split split;
  split.train_end = {2};
  split.valid_end = {3};
  return split;
}

constexpr MfConfig kOnePass{.factors = 1, .epochs = 1, .rate = 0.1, .l2 = 0, .row_share = 1};

// Both rows are of category 0 (n = 2) and one of category 1 (n = 1). A like moves theta_0 by
// rate (1 - p) and a dislike of the other item theta_0 and theta_1 by half of -rate p; the order of
// the two rows is drawn, so the sum of steps is held against both.
TEST(JointInterests, OnePassByHand) {
  const JointInterests fit = FitJointInterests(TwoItems(), TwoItemsSplit(), kOnePass, 1000);
  EXPECT_NEAR(fit.z.mean, 0, 1e-7);  // one like of two rows
  // To first order p is .5 for both: + .1 / 2 - .1 / 4 and - .1 / 4, up to what the first step
  // changes of the second.
  EXPECT_NEAR(fit.theta[0], 0.025, 2e-3);
  EXPECT_NEAR(fit.theta[1], -0.025, 2e-3);
}

TEST(JointInterests, LogitAddsTheMeanInterestInTheItemsCategories) {
  const Dataset data = TwoItems();
  JointInterests fit;
  fit.z.users = 1;
  fit.z.items = 2;
  fit.z.mean = 0.5f;
  fit.z.user_bias = {0.25f};
  fit.z.item_bias = {1, 2};
  fit.theta = {0.4, -0.2};
  EXPECT_NEAR(fit.Logit(data, 0, 0), 0.5 + 0.25 + 1 + 0.4, 1e-6);
  EXPECT_NEAR(fit.Logit(data, 0, 1), 0.5 + 0.25 + 2 + (0.4 - 0.2) / 2, 1e-6);
}

TEST(JointInterests, ANarrowPriorLeavesNoInterest) {
  MfConfig config = kOnePass;
  config.epochs = 20;
  const JointInterests narrow = FitJointInterests(TwoItems(), TwoItemsSplit(), config, 0.001);
  const JointInterests wide = FitJointInterests(TwoItems(), TwoItemsSplit(), config, 1);
  EXPECT_LT(std::abs(narrow.theta[1]), 0.06);  // one step, of which nothing is left after the next
  EXPECT_GT(std::abs(wide.theta[1]), std::abs(narrow.theta[1]));
}

// The log loss of the validation row, a like of item 0.
TEST(JointInterests, KnowsItsLogLossOnValidationRows) {
  const JointInterests fit = FitJointInterests(TwoItems(), TwoItemsSplit(), kOnePass, 1);
  EXPECT_NEAR(fit.log_loss, -std::log(Sigmoid(fit.Logit(TwoItems(), 0, 0))), 1e-9);
  Split without = TwoItemsSplit();
  without.valid_end = {2};
  EXPECT_FALSE(std::isnan(FitJointInterests(TwoItems(), without, kOnePass, 1).log_loss));
}

TEST(JointInterests, TakesThePriorThatPredictsBest) {
  const JointInterests best = FitJointInterests(TwoItems(), TwoItemsSplit(), kOnePass);
  for (const double spread : kSpreads)
    EXPECT_LE(best.log_loss,
              FitJointInterests(TwoItems(), TwoItemsSplit(), kOnePass, spread).log_loss);
}

}  // namespace
}  // namespace lerl
