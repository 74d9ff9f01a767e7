#include "lerl/sim/cross_session_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/rules/return_law.h"
#include "lerl/testing/given_responses.h"

namespace lerl {
namespace {

using ::testing::Each;

// Eight items of one category, the first two liked for certain, the others never.
struct CrossSessionEnvTestWorld {
  explicit CrossSessionEnvTestWorld(EnvConfig config, int slots = 2, int threads = 1)
      : data(HandMadeDataset({{0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}}, 1, {7, 6}, 1)),
        split(AllIsTraining(data)),
        model({50, 50, -50, -50, -50, -50, -50, -50}, 1),
        env(data, split, model, {}, std::move(config), slots, threads) {
    data.responses[0] = std::vector<uint8_t>{1, 0};
  }

  // Shows the slate to slot 0.
  StepResult Show(std::vector<int32_t> slate) {
    slate.resize(slate.size() * At(env.slots()));
    StepResult result;
    env.Step(slate, result);
    return result;
  }

  Dataset data;
  Split split;
  FixedResponse model;
  CrossSessionEnv env;
};

// Visits of two steps: budget 3, and the second slate repeats the only category.
EnvConfig CrossSessionEnvTestConfig(int64_t visits = 2) {
  EnvConfig config;
  config.task = "cross_session";
  config.slate_size = 2;
  config.rho = 0;
  config.budget = 3;
  config.cross_session.visits = visits;
  config.cross_session.user_spread = 0;
  return config;
}

TEST(CrossSessionEnv, PlaysVisitsInARowAndIsCutAfterTheLast) {
  CrossSessionEnvTestWorld world(CrossSessionEnvTestConfig());
  EXPECT_EQ(world.env.longest_session(), 2 * 3);
  world.env.Start(0, 0, 5);
  EXPECT_EQ(world.Show({0, 1}).return_days[0], 0);
  const StepResult first = world.Show({2, 3});
  EXPECT_GE(first.return_days[0], 1);
  EXPECT_LE(first.return_days[0], 10);
  EXPECT_EQ(first.terminated[0] + first.truncated[0], 0);
  EXPECT_TRUE(world.env.Observe(0).active);
  world.Show({0, 1});
  const StepResult last = world.Show({2, 3});
  EXPECT_GE(last.return_days[0], 1);
  EXPECT_EQ(last.truncated[0], 1);
  EXPECT_EQ(last.terminated[0], 0);
  EXPECT_FALSE(world.env.Observe(0).active);
  EXPECT_EQ(world.env.Observe(0).step, 4);
}

TEST(CrossSessionEnv, StartsEachVisitWithFreshRulesAndItems) {
  CrossSessionEnvTestWorld world(CrossSessionEnvTestConfig());
  world.env.Start(0, 0, 5);
  world.Show({0, 1});
  EXPECT_FLOAT_EQ(world.env.Observe(0).budget_left, 2.0f / 3);
  EXPECT_EQ(world.env.Observe(0).items_left, 4);
  EXPECT_EQ(world.env.Observe(0).dominant[0], 1);
  world.Show({2, 3});
  EXPECT_FLOAT_EQ(world.env.Observe(0).budget_left, 1.0f);
  EXPECT_EQ(world.env.Observe(0).items_left, 6);
  EXPECT_THAT(world.env.Observe(0).dominant, Each(0));
  EXPECT_THAT(world.env.Observe(0).excluded, testing::ElementsAre(0, 0, 0, 0, 0, 0, 1, 1));
}

TEST(CrossSessionEnv, AVisitThatRunsOutOfItemsEndsThere) {
  EnvConfig config = CrossSessionEnvTestConfig();
  config.budget = 20;
  config.slate_size = 4;
  CrossSessionEnvTestWorld world(config);
  world.env.Start(0, 0, 1);
  const StepResult result = world.Show({0, 1, 2, 3});
  EXPECT_GE(result.return_days[0], 1);
  EXPECT_TRUE(world.env.Observe(0).active);
}

// A visit of likes: moods .6 -> .76 -> .856 under rewards 1, so days follow sigmoid(a + b .856).
TEST(CrossSessionEnv, DrawsTheDayOfReturnFromTheMoodAtTheEnd) {
  EnvConfig config = CrossSessionEnvTestConfig(1);
  config.exclude_history = false;
  config.allow_repeats = true;
  config.cross_session.mood_weight = 2;
  CrossSessionEnvTestWorld world(config, 400);
  const auto q = ReturnRate(world.env.intercept() + 2 * 0.856);
  double days = 0;
  std::vector<int32_t> slates(800);
  for (size_t i = 0; i < 400; ++i) {
    slates[2 * i + 1] = 1;
    world.env.Start(static_cast<int>(i), 0, i);
  }
  StepResult result;
  world.env.Step(slates, result);
  world.env.Step(slates, result);
  for (const uint8_t d : result.return_days) days += d;
  EXPECT_NEAR(days / 400, MeanReturnDays(q), 0.4);
}

TEST(CrossSessionEnv, IsCalibratedToTheMeanDayUnderRandomSlates) {
  EnvConfig config = CrossSessionEnvTestConfig(6);
  config.cross_session.user_spread = 0.5;
  for (const double days : {2.0, 3.5}) {
    config.cross_session.mean_days = days;
    CrossSessionEnvTestWorld world(config, 256);
    double sum = 0, visits = 0;
    Rng rng(3);
    for (int slot = 0; slot < 256; ++slot) world.env.Start(slot, 0, rng.Next());
    StepResult result;
    while (world.env.Observe(0).active) {
      std::vector<int32_t> slates;
      for (int slot = 0; slot < 256; ++slot) {
        std::vector<int32_t> items;
        for (int32_t i = 0; i < 8; ++i)
          if (world.env.Observe(slot).excluded[At(i)] == 0) items.push_back(i);
        rng.Shuffle(std::span(items));
        slates.insert(slates.end(), items.begin(), items.begin() + 2);
      }
      world.env.Step(slates, result);
      for (const uint8_t d : result.return_days) sum += d, visits += d > 0;
    }
    EXPECT_EQ(visits, 256 * 6);
    EXPECT_NEAR(sum / visits, days, 0.25);
  }
}

// v = likes / others = 1, so q = .4 + .1 * 1 after a slate of likes, .4 after one without.
TEST(CrossSessionEnv, KuaiSimsLawLooksAtTheLastSlateAlone) {
  EnvConfig config = CrossSessionEnvTestConfig(1);
  config.cross_session.law = "kuaisim";
  config.cross_session.kuaisim_base = 0;
  config.cross_session.kuaisim_weight = 0.999;
  CrossSessionEnvTestWorld world(config);
  for (uint64_t seed = 0; seed < 50; ++seed) {
    world.env.Start(0, 0, seed);
    world.Show({2, 3});
    EXPECT_LE(world.Show({0, 1}).return_days[0], 2);  // q = .999
  }
  double days = 0;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    world.env.Start(0, 0, seed);
    world.Show({0, 1});
    days += world.Show({2, 3}).return_days[0];  // q = .001: all days alike
  }
  EXPECT_NEAR(days / 50, 5.5, 1.5);
}

TEST(CrossSessionEnv, TheFirstVisitIsAWholeSessionOfTheSameSeed) {
  CrossSessionEnvTestWorld world(CrossSessionEnvTestConfig());
  SessionEnv whole(world.data, world.split, world.model, {}, CrossSessionEnvTestConfig(), 2, 1);
  world.env.Start(0, 0, 9);
  whole.Start(0, 0, 9);
  StepResult mine, theirs;
  for (const std::vector<int32_t>& slates : {std::vector<int32_t>{0, 2, 0, 0}, {1, 3, 0, 0}}) {
    world.env.Step(slates, mine);
    whole.Step(slates, theirs);
    EXPECT_EQ(mine.responses, theirs.responses);
    EXPECT_EQ(mine.expected, theirs.expected);
  }
  EXPECT_EQ(theirs.terminated[0], 1);
}

TEST(CrossSessionEnv, DoesNotDependOnSlotsOrThreads) {
  CrossSessionEnvTestWorld one(CrossSessionEnvTestConfig(), 2, 1),
      many(CrossSessionEnvTestConfig(), 70, 2);
  EXPECT_EQ(one.env.intercept(), many.env.intercept());
  one.env.Start(1, 0, 4);
  many.env.Start(69, 0, 4);
  for (const std::vector<int32_t>& slate : {std::vector<int32_t>{0, 2}, {1, 3}, {4, 2}, {5, 3}}) {
    std::vector<int32_t> slates(4), others(140);
    std::copy(slate.begin(), slate.end(), slates.begin() + 2);
    std::copy(slate.begin(), slate.end(), others.begin() + 138);
    StepResult a, b;
    one.env.Step(slates, a);
    many.env.Step(others, b);
    EXPECT_EQ(a.return_days[1], b.return_days[69]);
  }
  EXPECT_FALSE(one.env.Observe(1).active);
}

// Environments refuse a session of a closed user, the probe of the calibration's too.
TEST(CrossSessionEnv, IsCalibratedWithoutThoseWhomTheSplitCloses) {
  const EnvConfig config = CrossSessionEnvTestConfig();
  CrossSessionEnvTestWorld world(config);
  world.data.user_ids.emplace_back("u1");
  world.data.user_offsets = std::vector<int64_t>{0, 2, 2};
  world.split = AllIsTraining(world.data);
  const auto make = [&] {
    return CrossSessionEnv(world.data, world.split, world.model, {}, config, 1, 1).intercept();
  };
  world.split.closed = {0, 1};
  EXPECT_THROW(make(), Error);
  world.split.train_users = {0};
  world.split.sealed_users = {1};
  EXPECT_NO_THROW(make());
}

TEST(CrossSessionEnv, TellsALogWhatToLearnFrom) {
  EnvConfig config = CrossSessionEnvTestConfig();
  config.cross_session.gap_discount = 0.5;
  config.cross_session.return_weight = 3;
  SessionLog log;
  CrossSessionEnvTestWorld(config).env.Describe(log);
  EXPECT_EQ(log.gap_discount, 0.5);
  EXPECT_EQ(log.return_weight, 0);
  EXPECT_TRUE(log.learn_responses);
  config.cross_session.learn_from = "return_time";
  CrossSessionEnvTestWorld(config).env.Describe(log);
  EXPECT_EQ(log.return_weight, 3);
  EXPECT_FALSE(log.learn_responses);
}

}  // namespace
}  // namespace lerl
