#include "lerl/agents/user_models/exposure_model.h"

#include <gtest/gtest.h>

#include "lerl/nn/torch_arrays.h"
#include "lerl/testing/tiring_users.h"

namespace lerl {
namespace {

const ExposureModelConfig kConfig{.fit = {.factors = 4, .epochs = 60, .batch = 256, .rate = 0.02},
                                  .tau = 1};

ExposureModel ExposureModelTestFitted(const TiringWorld& world, const ExposureModelConfig& config) {
  ExposureModel model(world.dataset, config, 1);
  Rng rng(1);
  InitialiseParameters(*model, rng);
  model->Fit(CollectTrainingRows(world.dataset, world.split), rng);
  return model;
}

// Mean interest of users in their favourite category.
double FavouriteInterest(ExposureModel& model) {
  double sum = 0;
  for (int64_t u = 0; u < TiringWorld::kUsers; ++u)
    sum += model
               ->Interest(torch::tensor({u}, torch::kInt64),
                          torch::tensor({u % TiringWorld::kCategories}, torch::kInt64))
               .item<double>();
  return sum / TiringWorld::kUsers;
}

TEST(ExposureModel, FindsTheStrengthOfTheEffectAndTheInterestBehindIt) {
  const TiringWorld world(/*strength_of_effect=*/3);
  ExposureModel model = ExposureModelTestFitted(world, kConfig);
  EXPECT_NEAR(model->strength(), 3, 1);
  EXPECT_NEAR(FavouriteInterest(model), 0.9, 0.12);
  ExposureModelConfig without = kConfig;
  without.tau = 0.05;  // nothing is felt: e^-20 after a turn
  ExposureModel blind = ExposureModelTestFitted(world, without);
  EXPECT_LT(FavouriteInterest(blind), 0.5) << "overexposure passes for dislike";
}

TEST(ExposureModel, FindsNoEffectWhereThereIsNone) {
  const TiringWorld world(/*strength_of_effect=*/0);
  EXPECT_LT(ExposureModelTestFitted(world, kConfig)->strength(), 0.2);
}

// g = 1, alpha = beta = 1, S = e^-1 + e^-2 (tau 1) for two showings of the category before.
TEST(ExposureModel, SatisfactionIsInterestOverOnePlusTheEffect) {
  const TiringWorld world;
  ExposureModelConfig config = kConfig;
  config.learn_strength = false;
  ExposureModel model(world.dataset, config, 1);
  Rng rng(1);
  InitialiseParameters(*model, rng);
  const std::vector<int32_t> before = {3, 6}, items = {0};
  const ImaginedSlate slates[] = {{.user = 5, .before = before, .items = items}};
  const double interest =
      model->Interest(torch::tensor({5}, torch::kInt64), torch::tensor({0}, torch::kInt64))
          .item<double>();
  const double exposure = std::exp(-1.0) + std::exp(-2.0);
  EXPECT_NEAR(model->Satisfaction(slates).item<double>(), interest / (1 + exposure), 1e-6);
  EXPECT_NEAR(model->Satisfaction(slates, 10).item<double>(), interest / (1 + 10 * exposure), 1e-6);
}

TEST(ExposureModel, FitsWithPairsAsWell) {
  const TiringWorld world;
  ExposureModelConfig config = kConfig;
  config.pairwise = 1;
  config.fit.epochs = 3;
  ExposureModel model = ExposureModelTestFitted(world, config);
  EXPECT_TRUE(std::isfinite(FavouriteInterest(model)));
}

}  // namespace
}  // namespace lerl
