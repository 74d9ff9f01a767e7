#include "lerl/planner/rules/fatigue_aware_planner.h"

#include <gmock/gmock.h>

#include <limits>

#include "lerl/base/error.h"
#include "lerl/nn/matrix_factorisation.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

// No factors: the logit of item i is its bias.
MfModel BiasModel(std::vector<float> item_bias) {
  MfModel model;
  model.users = 2;
  model.items = static_cast<int>(item_bias.size());
  model.factors = 1;
  model.user_factors.assign(2, 0);
  model.item_factors.assign(item_bias.size(), 0);
  model.user_bias.assign(2, 0);
  model.item_bias = std::move(item_bias);
  model.mean = 0;
  return model;
}

TEST(FatigueAwarePlanner, PrefersGoodItemsUntilTheyHaveBeenShownOften) {
  const Dataset dataset = TinyDataset();
  const Split split = TinySplit();
  // Items of Action 4, of Comedy 2, of Drama 1, of Western 0; mean 1.5 and sd 1.5 over the ten.
  const MfModel model = BiasModel({4, 4, 2, 2, 1, 1, 0, 0, 1, 0});
  PlannerConfig config;
  config.best_items = 2;
  config.tiring = 1.5;
  const auto planner =
      MakeFatigueAwarePlanner(config, {.dataset = dataset, .split = split, .policy_model = model});
  OwnedRequest request(4);
  EXPECT_THAT(RankOne(*planner, request).ranking, ElementsAre(0, 1, 2, 3));
  // z: Action 1.74, Comedy .35; exposure .9 costs 1.35, exposure 1 costs 1.5.
  request.exposure = {0.9F, 0, 0, 0};
  EXPECT_THAT(RankOne(*planner, request).ranking, ElementsAre(0, 1, 2, 3));
  request.exposure = {1, 0, 0, 0};
  EXPECT_THAT(RankOne(*planner, request).ranking, ElementsAre(1, 0, 2, 3));
  request.exposure[2] = std::numeric_limits<float>::infinity();
  try {
    RankOne(*planner, request);
    ADD_FAILURE() << "ranked by no number";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "planner 'fatigue_aware' diverged: its score of category 2 is -inf");
  }
}

}  // namespace
}  // namespace lerl
