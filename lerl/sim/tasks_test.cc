#include "lerl/sim/tasks.h"

#include <gtest/gtest.h>

#include <set>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/response/mf_response.h"
#include "lerl/testing/given_responses.h"

namespace lerl {
namespace {

TEST(Tasks, EveryRowPlaysASessionToItsEnd) {
  const Dataset data = HandMadeDataset({{0}, {0}, {0}, {1}, {1}, {1}}, 2, {1, 2}, 1);
  const Split split = AllIsTraining(data);
  const FixedResponse model(std::vector<float>(6), 1);
  const MatrixTruth matrix({.source = "test",
                            .rows = 1,
                            .columns = 6,
                            .values = {1, 2, 3, 4, 5, 3},
                            .user_ids = {},
                            .item_ids = {}},
                           data);
  const EvolvingUsers users(data, split, {});
  for (const TaskRow& row : TaskRows()) {
    SCOPED_TRACE(row.name);
    EnvConfig config;
    config.task = row.name;
    config.slate_size = 1;
    config.rho = 0;
    config.exclude_history = false;
    const auto env = MakeEnv(config,
                             {.dataset = data,
                              .split = split,
                              .response_model = model,
                              .item_vectors = {},
                              .matrix = &matrix,
                              .evolving = &users},
                             2);
    env->Start(1, 0, 7);
    EXPECT_FALSE(env->Observe(0).active);
    StepResult result;
    int64_t steps = 0;
    while (env->Observe(1).active) {
      ASSERT_LE(++steps, env->longest_session());
      int32_t item = 0;
      while (env->Observe(1).excluded[At(item)] != 0) ++item;
      const std::vector<int32_t> slates = {0, item};
      env->Step(slates, result);
    }
    EXPECT_NE(result.terminated[1], result.truncated[1]);
    EXPECT_EQ(env->Observe(1).step, steps);
  }
}

TEST(Tasks, PricesCountInThoseOfResponsesToItemsAndWhereThereAreAny) {
  Dataset data = HandMadeDataset({{0}, {0}, {1}, {1}}, 2);
  const auto refusal = [&](std::string_view task) -> std::string {
    EnvConfig config;
    config.task = task;
    config.value_weight = 0.5;
    try {
      RequirePrices(config, data);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConfig);
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(refusal("request"),
            "env.value_weight: hand-made has no prices; name their column in its description "
            "(price = \"price\"), or set env.value_weight = 0");
  data.prices = std::vector<float>{1, 2, 3, 4};
  for (const char* task : {"whole_session", "request", "cross_session"})
    EXPECT_EQ(refusal(task), "") << task;
  for (const char* task : {"matrix", "evolving"})
    EXPECT_NE(refusal(task).find("know no prices; set env.value_weight = 0"), std::string::npos);
}

TEST(Tasks, ARequestIsOneSlateAfterWhichTheUserHasLeft) {
  const Dataset data = HandMadeDataset({{0}, {0}, {1}, {1}}, 2);
  const Split split = AllIsTraining(data);
  const FixedResponse model({9, -9, 9, -9}, 1);
  EnvConfig config;
  config.task = "request";
  config.slate_size = 2;
  config.rho = 0;
  config.rules = {"max_steps"};
  const auto env = MakeEnv(
      config, {.dataset = data, .split = split, .response_model = model, .item_vectors = {}}, 1);
  EXPECT_EQ(env->longest_session(), 1);
  env->Start(0, 0, 1);
  StepResult result;
  env->Step(std::vector<int32_t>{0, 1}, result);
  EXPECT_EQ(result.terminated[0], 1);
  EXPECT_EQ(result.truncated[0], 0);
  EXPECT_NEAR(result.expected[0], 0.5, 1e-6);
}

TEST(Tasks, AnUnknownOneIsAnErrorThatNamesTheNearest) {
  const Dataset data = HandMadeDataset({{0}}, 1, {1}, 1);
  const Split split = AllIsTraining(data);
  const FixedResponse model(std::vector<float>(1), 1);
  EnvConfig config;
  config.task = "whole_sesion";
  try {
    MakeEnv(config, {.dataset = data, .split = split, .response_model = model, .item_vectors = {}},
            1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("whole_session"), std::string::npos);
  }
}

}  // namespace
}  // namespace lerl
