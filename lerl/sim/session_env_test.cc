#include "lerl/sim/session_env.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/nn/incremental_transformer.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/item_vectors.h"
#include "lerl/sim/plain_session.h"
#include "lerl/sim/response/transformer_response.h"
#include "lerl/testing/given_responses.h"

namespace lerl {
namespace {

Dataset TwelveItems(int behaviours = 1) {
  return HandMadeDataset({{0}, {0}, {0}, {0}, {0}, {0}, {1}, {1}, {1}, {1}, {1}, {1}}, 2, {11, 0},
                         behaviours);
}

EnvConfig SessionEnvTestConfig() {
  EnvConfig config;
  config.slate_size = 2;
  config.rho = 0;
  return config;
}

struct SessionEnvTestWorld {
  explicit SessionEnvTestWorld(EnvConfig config, Dataset set = TwelveItems(),
                               std::vector<float> logits = {}, std::vector<float> unit_vectors = {},
                               int slots = 2, int threads = 1)
      : data(std::move(set)),
        split(AllIsTraining(data)),
        model(logits.empty() ? std::vector<float>(At(data.num_items()) * data.behaviours.size())
                             : std::move(logits),
              static_cast<int>(data.num_behaviours())),
        vectors(std::move(unit_vectors)),
        env(data, split, model, vectors, config, slots, threads) {}

  StepResult Show(std::vector<int32_t> slates) {
    StepResult result;
    env.Step(slates, result);
    return result;
  }

  Dataset data;
  Split split;
  FixedResponse model;
  std::vector<float> vectors;
  SessionEnv env;
};

TEST(SessionEnv, GivesProbabilitiesOverTheWholeRange) {
  std::vector<float> logits(12);
  logits[1] = -6;
  logits[2] = 6;
  SessionEnvTestWorld world(SessionEnvTestConfig(), TwelveItems(), logits);
  world.env.Start(0, 0, 1);
  const StepResult result = world.Show({1, 2, 0, 0});
  EXPECT_NEAR(result.probabilities[0], 1 / (1 + std::exp(6.0)), 1e-6);
  EXPECT_NEAR(result.probabilities[1], 1 / (1 + std::exp(-6.0)), 1e-6);
  EXPECT_NEAR(result.expected[0], 0.5, 1e-6);
  EXPECT_EQ(result.rewards[1], 0.0f);  // slot 1 is not active
}

TEST(SessionEnv, TakesTheTrueMeanCosineOffTheProbability) {
  EnvConfig config = SessionEnvTestConfig();
  config.slate_size = 3;
  config.rho = 0.5;
  std::vector<float> vectors(24);
  for (size_t i = 0; i < 12; ++i) vectors[2 * i] = 1;  // all alike but item 3, at a right angle,
  vectors[6] = 0, vectors[7] = 1;                      // and item 4, opposite
  vectors[8] = -1;
  SessionEnvTestWorld world(config, TwelveItems(), {}, vectors, 1);
  world.env.Start(0, 0, 1);
  StepResult result = world.Show({1, 2, 3});
  EXPECT_NEAR(result.probabilities[0], 0.5 - 0.5 * 0.5, 1e-6);  // cosines 1 and 0
  EXPECT_NEAR(result.probabilities[2], 0.5, 1e-6);
  result = world.Show({5, 6, 4});
  EXPECT_NEAR(result.probabilities[0], 0.5, 1e-6);  // cosines 1 and -1
  EXPECT_NEAR(result.probabilities[2], 1.0, 1e-6);  // cosines -1 and -1, cut at 1
}

TEST(SessionEnv, WeighsBehavioursInTheReward) {
  EnvConfig config = SessionEnvTestConfig();
  config.reward_weights = {1, -2};
  const Dataset data = TwelveItems(2);
  std::vector<float> logits(24, 60.0f);
  SessionEnvTestWorld world(config, data, logits, {}, 1);
  world.env.Start(0, 0, 1);
  const StepResult result = world.Show({1, 2});
  EXPECT_EQ(result.responses, (std::vector<uint32_t>{3, 3}));
  EXPECT_NEAR(result.rewards[0], -1.0f, 1e-6);
  EXPECT_NEAR(result.expected[0], -1.0f, 1e-6);
  SessionLog log;
  world.env.Describe(log);
  EXPECT_EQ(log.reward_weights, (std::vector<double>{1, -2}));
  config.reward_weights = {1};
  EXPECT_THROW(SessionEnvTestWorld(config, data, logits), Error);
}

// Prices 10, 30 and 20 have the mean 20, so at v = 1/2 a response to them counts 3/4, 5/4 and 1.
TEST(SessionEnv, ResponsesToADearItemCountMore) {
  EnvConfig config = SessionEnvTestConfig();
  config.reward_weights = {1, -2};
  config.value_weight = 0.5;
  Dataset data = TwelveItems(2);
  EXPECT_THROW(PriceFactors(config, data), Error);
  std::vector<float> prices(12, 20);
  prices[1] = 10, prices[2] = 30;
  data.prices = prices;
  std::vector<float> logits(24, 60.0f);
  logits[3] = -60;  // item 1 is given the first behaviour alone
  SessionEnvTestWorld world(config, data, logits, {}, 1);
  world.env.Start(0, 0, 1);
  std::vector<float> oracle(12);
  world.env.OracleRewards(0, oracle);
  EXPECT_NEAR(oracle[1], 0.75f * 1, 1e-6);
  EXPECT_NEAR(oracle[2], 1.25f * -1, 1e-6);
  const StepResult result = world.Show({1, 2});
  EXPECT_EQ(result.responses, (std::vector<uint32_t>{1, 3}));
  EXPECT_NEAR(result.rewards[0], (0.75f * 1 + 1.25f * -1) / 2, 1e-6);
  EXPECT_NEAR(result.expected[0], result.rewards[0], 1e-6);
  SessionLog log;
  world.env.Describe(log);
  EXPECT_FLOAT_EQ(log.price_factors[1], 0.75f);
  EXPECT_FLOAT_EQ(log.price_factors[2], 1.25f);
  EXPECT_FLOAT_EQ(log.price_factors[3], 1);
  config.value_weight = 0;
  EXPECT_TRUE(PriceFactors(config, data).empty());
}

TEST(SessionEnv, AtAValueWeightOfOneTheRewardIsRevenueInMeanPrices) {
  EnvConfig config = SessionEnvTestConfig();
  config.value_weight = 1;
  Dataset data = TwelveItems();
  std::vector<float> prices(12);  // unknown ones count as the mean of their category
  prices[1] = 10, prices[2] = 50, prices[7] = 90;
  data.prices = prices;
  SessionEnvTestWorld world(config, data, std::vector<float>(12, 60.0f), {}, 1);
  world.env.Start(0, 0, 1);
  // 4 items of category 0 count as 30, 5 of category 1 as 90: the mean is (60 + 120 + 540) / 12.
  EXPECT_NEAR(world.Show({1, 2}).rewards[0], (10.0f + 50) / 2 / 60, 1e-6);
  EXPECT_NEAR(world.Show({3, 8}).rewards[0], (30.0f + 90) / 2 / 60, 1e-6);
}

TEST(SessionEnv, UsersDoNotMindWhatItemsCost) {
  EnvConfig config = SessionEnvTestConfig();
  config.rules = {"temper"};
  config.temper = 4;
  Dataset data = TwelveItems();
  std::vector<float> prices(12, 1);
  prices[1] = prices[2] = 1000;
  data.prices = prices;
  const auto left = [&](double value_weight) {
    config.value_weight = value_weight;
    SessionEnvTestWorld world(config, data, std::vector<float>(12, 60.0f), {}, 1);
    world.env.Start(0, 0, 1);
    world.Show({1, 2});
    return world.env.Observe(0).budget_left;
  };
  EXPECT_EQ(left(1), left(0));
  EXPECT_LT(left(1), 1);
}

TEST(SessionEnv, TellsALeaverFromACut) {
  EnvConfig config = SessionEnvTestConfig();
  config.rules = {"lerl", "max_steps"};
  config.budget = 3;
  config.max_steps = 2;
  SessionEnvTestWorld repeats(config, TwelveItems(), {}, {}, 1);
  repeats.env.Start(0, 0, 1);
  repeats.Show({1, 2});
  StepResult result = repeats.Show({3, 4});  // the budget and the limit at once: the user left
  EXPECT_EQ(result.terminated[0], 1);
  EXPECT_EQ(result.truncated[0], 0);
  EXPECT_FALSE(repeats.env.Observe(0).active);
  SessionEnvTestWorld changes(config, TwelveItems(), {}, {}, 1);
  changes.env.Start(0, 0, 1);
  changes.Show({1, 2});
  result = changes.Show({6, 7});
  EXPECT_EQ(result.terminated[0], 0);
  EXPECT_EQ(result.truncated[0], 1);
}

TEST(SessionEnv, RefusesItemsThatMayNotBeShown) {
  SessionEnvTestWorld world(SessionEnvTestConfig());
  world.env.Start(0, 0, 1);
  EXPECT_EQ(world.env.Observe(0).excluded[11], 1);  // from the history
  EXPECT_EQ(world.env.Observe(0).items_left, 10);
  EXPECT_THROW(world.Show({11, 1, 0, 0}), CheckFailure);
  EXPECT_THROW(world.Show({1, 1, 0, 0}), CheckFailure);
  EXPECT_THROW(world.Show({1, 12, 0, 0}), CheckFailure);
  world.Show({1, 2, 0, 0});
  EXPECT_THROW(world.Show({1, 3, 0, 0}), CheckFailure);
  EnvConfig free = SessionEnvTestConfig();
  free.allow_repeats = true;
  free.exclude_history = false;
  SessionEnvTestWorld again(free);
  again.env.Start(0, 0, 1);
  again.Show({11, 1, 0, 0});
  again.Show({11, 1, 0, 0});
}

TEST(SessionEnv, CutsASessionThatHasTooFewItemsLeft) {
  EnvConfig config = SessionEnvTestConfig();
  config.slate_size = 4;
  SessionEnvTestWorld world(config, TwelveItems(), {}, {}, 1);
  world.env.Start(0, 0, 1);
  EXPECT_EQ(world.Show({1, 2, 3, 4}).truncated[0], 0);
  EXPECT_EQ(world.Show({5, 6, 7, 8}).truncated[0], 1);  // 2 items are left
  config.slate_size = 11;
  SessionEnvTestWorld none(config, TwelveItems(), {}, {}, 1);
  EXPECT_THROW(none.env.Start(0, 0, 1), Error);
}

TEST(SessionEnv, ForgetsTheLastSessionOfASlot) {
  SessionEnvTestWorld world(SessionEnvTestConfig());
  world.env.Start(0, 0, 1);
  const StepResult first = world.Show({1, 2, 0, 0});
  EXPECT_EQ(world.env.Observe(0).dominant[0], 1);
  EXPECT_LT(world.env.Observe(0).budget_left, 1.0f);
  world.env.Start(0, 0, 1);
  EXPECT_EQ(world.env.Observe(0).step, 0);
  EXPECT_EQ(world.env.Observe(0).dominant[0], 0);
  EXPECT_EQ(world.env.Observe(0).budget_left, 1.0f);
  EXPECT_EQ(world.Show({1, 2, 0, 0}).responses, first.responses);
}

TEST(SessionEnv, DrawsASessionFromItsSeedAlone) {
  const auto play = [](int slots, int slot, int threads, uint64_t seed) {
    SessionEnvTestWorld world(SessionEnvTestConfig(), TwelveItems(), {}, {}, slots, threads);
    for (int b = 0; b < slots; ++b) world.env.Start(b, 0, b == slot ? seed : 77);
    std::vector<uint32_t> responses;
    for (int32_t item = 1; item < 11; item += 2) {
      std::vector<int32_t> slates;
      for (int b = 0; b < slots; ++b) slates.insert(slates.end(), {item, item + 1});
      const StepResult result = world.Show(slates);
      responses.push_back(result.responses[At(2 * slot)]);
      responses.push_back(result.responses[At(2 * slot + 1)]);
    }
    return responses;
  };
  const auto expected = play(1, 0, 1, 5);
  EXPECT_EQ(expected, play(70, 3, 1, 5));
  EXPECT_EQ(expected, play(70, 69, 2, 5));
  EXPECT_NE(expected, play(1, 0, 1, 6));
}

TEST(SessionEnv, ShowsAnOracleTheProbabilitiesOfAllItems) {
  std::vector<float> logits(12);
  logits[4] = 2;
  SessionEnvTestWorld world(SessionEnvTestConfig(), TwelveItems(), logits);
  world.env.Start(1, 0, 1);
  std::vector<float> rewards(12);
  world.env.OracleRewards(1, rewards);
  EXPECT_NEAR(rewards[4], 1 / (1 + std::exp(-2.0)), 1e-6);
  EXPECT_NEAR(rewards[5], 0.5, 1e-6);
}

TEST(SessionEnv, AnswersAndEndsAsThePlainReference) {
  const Dataset data =
      MakeSyntheticDataset({.users = 3, .items = 60, .categories = 4, .behaviours = 2});
  const Split split = AllIsTraining(data);
  const auto model = RandomTransformerResponse(
      {.width = 16, .layers = 2, .heads = 2, .feed_forward = 16, .band = 20}, 3, 60, 2, 1);
  const std::vector<float> vectors = FitUnitItemVectors(data, split);
  EnvConfig config;
  config.slate_size = 3;
  config.exclude_history = false;
  SessionEnv env(data, split, *model, vectors, config, 3, 1);
  std::vector<std::vector<std::vector<int32_t>>> slates(3);
  std::vector<std::vector<std::vector<uint32_t>>> responses(3);
  std::vector<std::vector<double>> rewards(3), expected(3);
  for (int slot = 0; slot < 3; ++slot) env.Start(slot, slot, 7);
  StepResult result;
  for (int32_t t = 0; env.Observe(0).active || env.Observe(1).active || env.Observe(2).active;
       ++t) {
    std::vector<int32_t> shown;
    for (int32_t slot = 0; slot < 3; ++slot)
      for (int32_t k = 0; k < 3; ++k) shown.push_back((3 * t + k + 20 * slot) % 60);
    const std::vector<bool> playing = {env.Observe(0).active, env.Observe(1).active,
                                       env.Observe(2).active};
    env.Step(shown, result);
    for (size_t s = 0; s < 3; ++s) {
      if (!playing[s]) continue;
      const auto at = static_cast<std::ptrdiff_t>(3 * s);
      slates[s].emplace_back(shown.begin() + at, shown.begin() + at + 3);
      responses[s].emplace_back(result.responses.begin() + at, result.responses.begin() + at + 3);
      rewards[s].push_back(static_cast<double>(result.rewards[s]));
      expected[s].push_back(static_cast<double>(result.expected[s]));
    }
  }
  const PlainTransformerResponse plain(model->ToFile());
  for (int32_t s = 0; s < 3; ++s) {
    const auto i = At(s);
    const PlainSession session =
        PlayPlainSession(data, split, plain, vectors, config, s, 7, slates[i], responses[i]);
    EXPECT_TRUE(session.ended);
    ASSERT_EQ(session.rewards.size(), rewards[i].size());
    for (size_t t = 0; t < rewards[i].size(); ++t) {
      EXPECT_NEAR(session.rewards[t], rewards[i][t], 1e-6);
      EXPECT_NEAR(session.expected[t], expected[i][t], 1e-4);
    }
  }
}

}  // namespace
}  // namespace lerl
