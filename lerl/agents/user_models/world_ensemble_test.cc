#include "lerl/agents/user_models/world_ensemble.h"

#include <gtest/gtest.h>

#include "lerl/nn/torch_arrays.h"
#include "lerl/testing/tiring_users.h"

namespace lerl {
namespace {

WorldEnsembleConfig WorldEnsembleTestConfig(const std::string& uncertainty) {
  return {.fit = {.factors = 4, .epochs = 15, .batch = 256, .rate = 0.03},
          .members = 3,
          .uncertainty = uncertainty};
}

WorldEnsemble WorldEnsembleTestFitted(const Dataset& dataset, const TrainingRows& rows,
                                      const WorldEnsembleConfig& config) {
  WorldEnsemble world(dataset, config);
  Rng rng(1);
  InitialiseParameters(*world, rng);
  world->Fit(rows, rng);
  return world;
}

// Rows of items of category 0 are always liked, those of category 1 by half.
TrainingRows SureAndUnsure() {
  TrainingRows rows;
  for (int n = 0; n < 3000; ++n) {
    rows.users.push_back(n / 50);
    rows.items.push_back(n % 2 == 0 ? 0 : 1);
    rows.responses.push_back(n % 2 == 0 || n % 4 == 1 ? 1.0f : 0.0f);
  }
  return rows;
}

TEST(WorldEnsemble, KnowsTheMeanResponseAndItsVariance) {
  const TiringWorld data;
  WorldEnsemble world =
      WorldEnsembleTestFitted(data.dataset, SureAndUnsure(), WorldEnsembleTestConfig("variance"));
  const auto now =
      world->Predict(torch::tensor({7, 7}, torch::kInt64), torch::tensor({0, 1}, torch::kInt64));
  EXPECT_GT(now.reward[0].item<float>(), 0.85f);
  EXPECT_NEAR(now.reward[1].item<float>(), 0.5f, 0.1f);
  EXPECT_LT(now.uncertainty[0].item<float>(), 0.08f);
  EXPECT_NEAR(now.uncertainty[1].item<float>(), 0.25f, 0.1f);
}

TEST(WorldEnsemble, MembersDisagreeMoreOnWhatTheLogNeverHeld) {
  const TiringWorld data;
  WorldEnsemble world = WorldEnsembleTestFitted(data.dataset, SureAndUnsure(),
                                                WorldEnsembleTestConfig("disagreement"));
  const auto mean_of = [&world](int64_t item) {
    const torch::Tensor users = torch::arange(TiringWorld::kUsers, torch::kInt64);
    return world->Predict(users, torch::full_like(users, item)).uncertainty.mean().item<double>();
  };
  EXPECT_GT(mean_of(2), 2 * mean_of(0));
}

TEST(WorldEnsemble, NegativesPullDownWhatIsNotShown) {
  const TiringWorld data;
  WorldEnsembleConfig config = WorldEnsembleTestConfig("variance");
  config.negatives = 2;
  WorldEnsemble world = WorldEnsembleTestFitted(data.dataset, SureAndUnsure(), config);
  const auto now =
      world->Predict(torch::tensor({7}, torch::kInt64), torch::tensor({5}, torch::kInt64));
  EXPECT_LT(now.reward.item<float>(), 0.2f);
}

}  // namespace
}  // namespace lerl
