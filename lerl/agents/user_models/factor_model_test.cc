#include "lerl/agents/user_models/factor_model.h"

#include <gtest/gtest.h>

#include "lerl/nn/torch_arrays.h"
#include "lerl/testing/tiring_users.h"

namespace lerl {
namespace {

FactorModel Made(const Dataset& dataset, int64_t factors) {
  FactorModel model(dataset.num_users(), CategoryShares(dataset), factors);
  Rng rng(1);
  InitialiseParameters(*model, rng);
  return model;
}

// x = mean + b_u + d_i + v . g_i + p_u . (e_i + W g_i), by hand with one factor.
TEST(FactorModel, AddsBiasesAndTheProductOfFactorsWithCategories) {
  const TiringWorld world;
  FactorModel model = Made(world.dataset, 1);
  {
    const torch::NoGradGuard no_grad;
    auto parameters = model->named_parameters();
    parameters["user_bias"][2] = 0.5;
    parameters["item_bias"][4] = 0.25;
    parameters["category_bias"][1] = 0.125;
    parameters["user_factors"][2][0] = 2;
    parameters["item_factors"][4][0] = 3;
    parameters["category_factors"][1][0] = 1;
  }
  model->SetMean(1);
  const torch::Tensor u = torch::tensor({2}, torch::kInt64), i = torch::tensor({4}, torch::kInt64);
  EXPECT_NEAR(model->forward(u, i).item<float>(), 1 + 0.5 + 0.25 + 0.125 + 2 * (3 + 1), 1e-6);
  EXPECT_NEAR(model->Size(u, i).item<float>(), 4 + 9 + 0.25 + 0.0625, 1e-6);
}

TEST(FactorModel, FitsWhatTheRowsSayOfUsersAndCategories) {
  const TiringWorld world(/*strength_of_effect=*/0);
  const TrainingRows rows = CollectTrainingRows(world.dataset, world.split);
  FactorModel model = Made(world.dataset, 4);
  Rng rng(1);
  model->SetMean(MeanLogit(rows));
  const double loss =
      FitOnRows(rows, {.factors = 4, .epochs = 20, .batch = 256}, model->parameters(), rng,
                [&](const RowBatch& batch) {
                  return torch::binary_cross_entropy_with_logits(
                             model->forward(batch.users, batch.items), batch.responses) +
                         0.02 * model->Size(batch.users, batch.items);
                });
  EXPECT_LT(loss, 0.6);
  const torch::Tensor u = torch::tensor({0, 0}, torch::kInt64),
                      i = torch::tensor({0, 1}, torch::kInt64);
  const torch::Tensor x = model->forward(u, i);
  EXPECT_GT(x[0].item<float>(), x[1].item<float>() + 0.5f) << "user 0's favourite is item 0's";
}

}  // namespace
}  // namespace lerl
