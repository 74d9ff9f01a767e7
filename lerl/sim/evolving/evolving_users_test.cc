#include "lerl/sim/evolving/evolving_users.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/math.h"
#include "lerl/base/rng.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/evolving/joint_interests.h"

namespace lerl {
namespace {

// Items 0 1 of category 0, 2 3 of category 1, 4 of both, 5 of category 2 and 6 of none. User 0 has
// training rows 0 (liked), 1, 2 (liked) and 5, and a test row 3; user 1 none before the cut.
Dataset SevenItems() {
  Dataset data;
  data.behaviours = {"like"};
  data.categories = {"c0", "c1", "c2"};
  data.user_ids = {"u0", "u1"};
  data.item_ids = {"i0", "i1", "i2", "i3", "i4", "i5", "i6"};
  data.item_titles.resize(7);
  data.category_offsets = std::vector<int64_t>{0, 1, 2, 3, 4, 6, 7, 7};
  data.category_ids = std::vector<int32_t>{0, 0, 1, 1, 0, 1, 2};
  data.user_offsets = std::vector<int64_t>{0, 5, 6};
  data.items = std::vector<int32_t>{0, 1, 2, 5, 3, 4};
  data.times_ms = std::vector<int64_t>(6);
  data.responses = {std::vector<uint8_t>{1, 0, 1, 0, 1, 1}};
  return data;
}

Split SevenItemsSplit() {
  Split split;
  split.train_end = {4, 5};
  split.valid_end = {4, 5};
  return split;
}

TEST(EvolvingUsers, KnownInterestsAreShrunkLogOddsAgainstTheUsersBase) {
  const EvolvingUsers users(SevenItems(), SevenItemsSplit(), {});
  EvolvingConfig config;
  config.affinity = 3;
  const EvolvingProfile profile = users.Profile(0, config);
  // Everyone's share of likes is 2 of 4, and so is the user's base; category 0 has 1 like of 2
  // rows.
  EXPECT_EQ(profile.latent, (std::vector<uint8_t>{0, 1, 1}));
  EXPECT_NEAR(profile.theta[0], 0, 1e-12);
  Dataset data = SevenItems();
  data.responses = {std::vector<uint8_t>{1, 1, 0, 0, 0, 0}};
  EXPECT_NEAR(EvolvingUsers(data, SevenItemsSplit(), {}).Profile(0, config).theta[0],
              3 * (LogOdds((2 + 2.5) / 7) - LogOdds(0.5)), 1e-12);
}

TEST(EvolvingUsers, OfACalibratedWorldHaveTheInterestsOfTheJointFit) {
  const MfConfig z{.factors = 2, .epochs = 5};
  const JointInterests fit = FitJointInterests(SevenItems(), SevenItemsSplit(), z);
  const EvolvingUsers users(SevenItems(), SevenItemsSplit(), z, "calibrated");
  EvolvingConfig config;
  const EvolvingProfile profile = users.Profile(0, config);
  EXPECT_DOUBLE_EQ(profile.theta[0], fit.theta[0]);  // known: two rows of category 0
  EXPECT_EQ(profile.latent, (std::vector<uint8_t>{0, 1, 1}));
  EXPECT_DOUBLE_EQ(users.Z(0, 3), static_cast<double>(fit.z.Logit(0, 3)));
  // The one known interest of all users is its own mean square, so that a draw of user 1, who knows
  // none, is |theta_0| times a draw of a standard Gaussian: 10 of them are beyond any doubt.
  for (const double theta : users.Profile(1, config).theta)
    EXPECT_LE(std::abs(theta), 10 * std::abs(fit.theta[0]));
  config.affinity = 0;
  EXPECT_DOUBLE_EQ(users.Profile(0, config).theta[0], 0);
}

TEST(EvolvingUsers, WithoutARowEveryInterestIsLatentAndWithoutLatentOnesItIsNought) {
  const EvolvingUsers users(SevenItems(), SevenItemsSplit(), {});
  EvolvingConfig config;
  EXPECT_EQ(users.Profile(1, config).latent, (std::vector<uint8_t>{1, 1, 1}));
  EXPECT_NE(users.Profile(1, config).theta, (std::vector<double>{0, 0, 0}));
  config.latent = 0;
  EXPECT_EQ(users.Profile(1, config).theta, (std::vector<double>{0, 0, 0}));
}

TEST(EvolvingUsers, AreAFunctionOfWorldSeedAndUser) {
  const Dataset data = MakeSyntheticDataset({});
  const Split split = MakeSplit(data, {});
  const EvolvingUsers users(data, split, {}), again(data, split, {});
  EvolvingConfig config, other;
  other.world_seed = 2;
  EXPECT_EQ(users.Profile(3, config).theta, again.Profile(3, config).theta);
  EXPECT_EQ(users.Profile(3, config).kappa, again.Profile(3, config).kappa);
  EXPECT_NE(users.Profile(3, config).kappa, users.Profile(4, config).kappa);
  EXPECT_NE(users.Profile(3, config).kappa, users.Profile(3, other).kappa);
  EXPECT_EQ(users.Z(3, 7), again.Z(3, 7));
}

TEST(EvolvingUsers, TireByALogNormalKappa) {
  const Dataset data = MakeSyntheticDataset({});
  const EvolvingUsers users(data, MakeSplit(data, {}), {});
  EvolvingConfig config;
  double sum = 0, squares = 0;
  int64_t count = 0;
  for (int32_t user = 0; user < data.num_users(); ++user) {
    for (const double kappa : users.Profile(user, config).kappa) {
      const double log = std::log(kappa / config.kappa);
      sum += log, squares += log * log, ++count;
    }
  }
  const double mean = sum / static_cast<double>(count);
  EXPECT_NEAR(mean, 0, 4 * 0.7 / std::sqrt(static_cast<double>(count)));
  EXPECT_NEAR(std::sqrt(squares / static_cast<double>(count) - mean * mean), 0.7, 0.1);
  config.kappa_sd = 0;
  EXPECT_EQ(users.Profile(5, config).kappa[2], 1.5);
  config.kappa = 0;
  EXPECT_EQ(users.Profile(5, config).kappa[2], 0);
}

TEST(DrawConditional, HasTheMeanAndVarianceOfAGaussianGivenItsKnownPart) {
  // x0 = 3 is known; x2 correlates with x0 by .8, x1 with neither. sd 2, 1 and 5.
  const std::vector<double> covariance = {4, 0, 8, 0, 1, 0, 8, 0, 25};
  std::vector<double> values = {3, 0, 0};
  DrawConditional(covariance, std::vector<uint8_t>{1, 0, 0}, std::vector<double>{9, 0, 0}, values);
  EXPECT_EQ(values[0], 3);
  EXPECT_NEAR(values[1], 0, 1e-12);
  EXPECT_NEAR(values[2], 8.0 / 4 * 3, 1e-12);
  DrawConditional(covariance, std::vector<uint8_t>{1, 0, 0}, std::vector<double>{9, 1, 1}, values);
  EXPECT_NEAR(values[1], 1, 1e-12);
  EXPECT_NEAR(values[2], 6 + std::sqrt(25 - 64.0 / 4), 1e-12);
}

TEST(DrawConditional, DrawsWhatIsUnknownWithItsOwnCovariance) {
  const std::vector<double> covariance = {1, 0.6, 0.6, 1};
  double product = 0, squares = 0;
  constexpr int kDraws = 4000;
  Rng rng(1);
  for (int i = 0; i < kDraws; ++i) {
    std::vector<double> values(2);
    DrawConditional(covariance, std::vector<uint8_t>{0, 0},
                    std::vector<double>{rng.Normal(), rng.Normal()}, values);
    product += values[0] * values[1] / kDraws;
    squares += values[1] * values[1] / kDraws;
  }
  EXPECT_NEAR(product, 0.6, 0.07);
  EXPECT_NEAR(squares, 1, 0.09);
}

TEST(ColumnCorrelation, OfThreeColumnsByHand) {
  // The second column falls as the first rises, the third is constant.
  const std::vector<double> rows = {1, 4, 7, 2, 2, 7, 3, 0, 7};
  EXPECT_EQ(ColumnCorrelation(rows, 3), (std::vector<double>{1, -1, 0, -1, 1, 0, 0, 0, 1}));
}

}  // namespace
}  // namespace lerl
