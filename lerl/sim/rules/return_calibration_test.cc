#include "lerl/sim/rules/return_calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/sim/env_config.h"
#include "lerl/sim/rules/return_law.h"

namespace lerl {
namespace {

TEST(MoodReturn, HasTheMeanThatIsAskedForUnderTheMoodsOfRandomPlay) {
  Split split;
  for (int32_t user = 0; user < 40; ++user) split.train_users.push_back(user);
  split.valid_users = {40, 41};
  CrossSessionConfig law;
  law.user_spread = 0;
  law.mean_days = 3;
  size_t played = 0;
  const MoodReturn returns(law, split, [&](std::span<const int32_t> users) {
    played = users.size();
    return std::vector<double>{0.2, 0.6};
  });
  EXPECT_EQ(played, 42U);
  const double mean =
      (MeanReturnDays(returns.Rate(7, 0.2)) + MeanReturnDays(returns.Rate(7, 0.6))) / 2;
  EXPECT_NEAR(mean, 3, 1e-6);
  EXPECT_GT(returns.Rate(7, 0.6), returns.Rate(7, 0.2));
}

TEST(MoodReturn, IsDecidedByTrainingAndValidationUsersAlone) {
  Split split;
  split.train_users = {0, 3, 5};
  split.valid_users = {2};
  CrossSessionConfig law;
  law.user_spread = 1;
  std::vector<int32_t> played;
  const auto play = [&](std::span<const int32_t> users) {
    played.assign(users.begin(), users.end());
    return std::vector<double>{0.5};
  };
  const MoodReturn without(law, split, play);
  split.test_users = {1, 6};
  split.sealed_users = {4, 7};
  const MoodReturn with(law, split, play);
  EXPECT_THAT(played, testing::UnorderedElementsAre(0, 2, 3, 5));
  EXPECT_EQ(with.intercept(), without.intercept());
}

TEST(MoodReturn, UsersDifferByTheSpread) {
  Split split;
  split.train_users = {0, 1};
  CrossSessionConfig law;
  const auto play = [](std::span<const int32_t>) { return std::vector<double>{0.5}; };
  law.user_spread = 1;
  const MoodReturn differ(law, split, play);
  EXPECT_NE(differ.Rate(0, 0.5), differ.Rate(1, 0.5));
  law.user_spread = 0;
  const MoodReturn alike(law, split, play);
  EXPECT_EQ(alike.Rate(0, 0.5), alike.Rate(1, 0.5));
}

}  // namespace
}  // namespace lerl
