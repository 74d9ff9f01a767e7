#include "lerl/nn/matrix_factorisation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "lerl/base/rng.h"
#include "lerl/data/sources/synthetic.h"

namespace lerl {
namespace {

TEST(FitMf, MakesTheStepOfTheHeaderOnOneRow) {
  MfConfig config{.factors = 2, .epochs = 1, .rate = 0.5, .l2 = 0.1, .batch = 1, .row_share = 1};
  const std::vector<int32_t> users = {0}, items = {0};
  const std::vector<float> targets = {0.75f};
  MfConfig still = config;
  still.rate = 1e-30;
  const MfModel before = FitMf(users, items, targets, 1, 1, still);
  const MfModel after = FitMf(users, items, targets, 1, 1, config);
  EXPECT_NEAR(before.mean, std::log(3.0), 1e-6);
  const double error = 0.75 - 1.0 / (1.0 + std::exp(-static_cast<double>(before.Logit(0, 0))));
  for (size_t f = 0; f < 2; ++f) {
    const double p = before.user_factors[f], q = before.item_factors[f];
    EXPECT_NEAR(after.user_factors[f], p + 0.5 * (error * q - 0.1 * p), 1e-6);
    EXPECT_NEAR(after.item_factors[f], q + 0.5 * (error * p - 0.1 * q), 1e-6);
  }
  EXPECT_NEAR(after.user_bias[0], 0.5 * error, 1e-6);
}

TEST(FitMf, FindsWhichUsersLikeWhichItems) {
  Rng rng(1);
  std::vector<int32_t> users, items;
  std::vector<float> targets;
  for (int row = 0; row < 6000; ++row) {
    users.push_back(static_cast<int32_t>(rng.Below(40)));
    items.push_back(static_cast<int32_t>(rng.Below(50)));
    const bool alike = users.back() % 2 == items.back() % 2;
    targets.push_back(rng.Bernoulli(alike ? 0.9 : 0.1) ? 1.0f : 0.0f);
  }
  const MfConfig config{.factors = 4, .epochs = 40};
  const MfModel model = FitMf(users, items, targets, 40, 50, config);
  int right = 0;
  for (int32_t user = 0; user < 40; ++user) {
    for (int32_t item = 0; item < 50; ++item)
      right += (model.Logit(user, item) > 0) == (user % 2 == item % 2);
  }
  EXPECT_GT(right, 1900);
  EXPECT_EQ(model.user_factors, FitMf(users, items, targets, 40, 50, config).user_factors);
}

TEST(FitMf, LeavesOutTheRowsItSaysItLeavesOut) {
  const MfConfig config{.row_share = 0.9};
  const auto held = MfHeldOutRows(1000, config);
  EXPECT_EQ(held.size(), 100u);
  EXPECT_EQ(std::set<int64_t>(held.begin(), held.end()).size(), 100u);
  EXPECT_TRUE(MfHeldOutRows(1000, MfConfig{.row_share = 1}).empty());
}

TEST(FitMf, OfALongLogFitsSoManyRowsAndOfAShortOneAll) {
  const Dataset dataset = MakeSyntheticDataset({.users = 30, .rows_per_user = 40});
  const Split split = MakeSplit(dataset, {});
  MfConfig config{.factors = 4, .epochs = 2};
  const auto fit = [&] { return FitMfOnTrainingRows(dataset, split, config).item_factors; };
  const std::vector<float> all = fit();
  config.most_rows = 960;  // 80% of 1,200
  EXPECT_EQ(fit(), all);
  config.most_rows = 300;
  const std::vector<float> some = fit();
  EXPECT_NE(some, all);
  EXPECT_EQ(fit(), some);
}

}  // namespace
}  // namespace lerl
