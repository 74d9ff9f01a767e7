#include "lerl/sim/evolving/evolving_env.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/math.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/sim/env_config.h"

namespace lerl {
namespace {

EnvConfig EvolvingEnvTestConfig() {
  EnvConfig config;
  config.task = "evolving";
  config.slate_size = 3;
  config.exclude_history = false;
  return config;
}

struct EvolvingEnvTestWorld {
  explicit EvolvingEnvTestWorld(EnvConfig settings = EvolvingEnvTestConfig(), int slots = 1,
                                int threads = 1)
      : config(settings), env(data, split, users, config, slots, threads) {}

  Dataset data = MakeSyntheticDataset({.behaviours = 2});
  Split split = MakeSplit(data, {});
  EvolvingUsers users{data, split, {}};
  EnvConfig config;
  EvolvingEnv env;
};

TEST(EvolvingEnv, AStepFollowsTheEquations) {
  EvolvingEnvTestWorld world;
  world.env.Start(0, 4, 11);
  const EvolvingState before = *world.env.OracleState(0);
  EXPECT_EQ(before.mood, 0.6);
  StepResult result;
  const std::vector<int32_t> slate = {5, 17, 60};
  world.env.Step(slate, result);
  EvolvingSlate seen{.exposure = std::vector<double>(8), .drive = std::vector<double>(8)};
  double likes = 0;
  for (size_t k = 0; k < 3; ++k) {
    const auto of_item = world.data.CategoriesOf(slate[k]);
    double x = world.users.Z(4, slate[k]);
    const bool liked = result.responses[k] == 1;
    for (const int32_t c : of_item) {
      const double w = 1 / static_cast<double>(of_item.size());
      x += w * before.theta[At(c)];  // nothing has been shown: no fatigue
      seen.exposure[At(c)] += w / 3;
      seen.drive[At(c)] += w / 3 * (liked ? 0.5 : -0.5);
    }
    EXPECT_NEAR(result.probabilities[2 * k], Sigmoid(x), 1e-6);
    EXPECT_EQ(result.probabilities[2 * k + 1], 0);  // the second behaviour is never given
    seen.pleasure += Sigmoid(x) / 3;
    likes += liked;
  }
  EXPECT_NEAR(result.rewards[0], likes / 3, 1e-6);
  EXPECT_NEAR(result.expected[0], seen.pleasure, 1e-6);
  EvolvingState after = before;
  Rng noise(11, "noise of interests", 4);
  TakeIn(world.config.evolving, seen, noise, after);
  const EvolvingState& now = *world.env.OracleState(0);
  for (size_t c = 0; c < 8; ++c) {
    EXPECT_NEAR(now.theta[c], after.theta[c], 1e-12);
    EXPECT_NEAR(now.fatigue[c], after.fatigue[c], 1e-12);
  }
  EXPECT_NEAR(now.mood, after.mood, 1e-12);
  EXPECT_NEAR(world.env.Observe(0).budget_left, 1 - 1.0 / 40, 1e-6);
}

TEST(EvolvingEnv, FatigueTakesFromTheRewardOfWhatWasShown) {
  EnvConfig config = EvolvingEnvTestConfig();
  config.evolving = {.eta = 0, .pull = 0, .sigma = 0, .leave = false};
  EvolvingEnvTestWorld world(config);
  world.env.Start(0, 4, 11);
  std::vector<float> before(150), after(150);
  world.env.OracleRewards(0, before);
  StepResult result;
  world.env.Step(std::vector<int32_t>{5, 17, 60}, result);
  EXPECT_NEAR(before[5], result.probabilities[0], 1e-6);
  world.env.OracleRewards(0, after);
  EXPECT_LT(after[5], before[5]);
  config.evolving.kappa = 0;
  EvolvingEnvTestWorld tireless(config);
  tireless.env.Start(0, 4, 11);
  tireless.env.Step(std::vector<int32_t>{5, 17, 60}, result);
  tireless.env.OracleRewards(0, after);
  EXPECT_EQ(after[5], before[5]);
}

// Mean change of the interest in the first category of a slate of one item, over sessions.
double MeanDrift(EvolvingEnvTestWorld& world, int32_t item, int sessions) {
  const auto c = At(world.data.CategoriesOf(item)[0]);
  double sum = 0;
  StepResult result;
  for (int seed = 0; seed < sessions; ++seed) {
    world.env.Start(0, 4, static_cast<uint64_t>(seed));
    const double before = world.env.OracleState(0)->theta[c];
    world.env.Step(std::vector<int32_t>{item}, result);
    sum += world.env.OracleState(0)->theta[c] - before;
  }
  return sum / sessions;
}

TEST(EvolvingEnv, InterestsDriftUpWhereTheUserLikesAndDownWhereNot) {
  EnvConfig config = EvolvingEnvTestConfig();
  config.slate_size = 1;
  EvolvingEnvTestWorld world(config);
  world.env.Start(0, 4, 0);
  std::vector<float> rewards(150);
  world.env.OracleRewards(0, rewards);
  const auto best = std::max_element(rewards.begin(), rewards.end()) - rewards.begin();
  const auto worst = std::min_element(rewards.begin(), rewards.end()) - rewards.begin();
  ASSERT_GT(rewards[At(best)], 0.7);
  ASSERT_LT(rewards[At(worst)], 0.3);
  EXPECT_GT(MeanDrift(world, static_cast<int32_t>(best), 400), 0);
  EXPECT_LT(MeanDrift(world, static_cast<int32_t>(worst), 400), 0);
}

// Sessions of users 0 .. n - 1, all expected rewards in order; user u in slot `place`(u).
std::vector<float> EvolvingEnvTestPlayAll(EvolvingEnvTestWorld& world,
                                          const std::vector<int>& slot_of_user) {
  const auto users = slot_of_user.size();
  std::vector<Rng> rngs;
  for (size_t u = 0; u < users; ++u) {
    world.env.Start(slot_of_user[u], static_cast<int32_t>(u), u + 100);
    rngs.emplace_back(5, "slates", u);
  }
  std::vector<std::vector<float>> rewards(users);
  std::vector<int32_t> slates(At(world.env.slots()) * 3);
  StepResult result;
  for (bool any = true; any;) {
    any = false;
    for (size_t u = 0; u < users; ++u) {
      if (!world.env.Observe(slot_of_user[u]).active) continue;
      for (size_t k = 0; k < 3;) {
        int32_t& item = slates[At(slot_of_user[u]) * 3 + k];
        item = static_cast<int32_t>(rngs[u].Below(50) * 3 + k);
        k += world.env.Observe(slot_of_user[u]).excluded[At(item)] == 0;
      }
      any = true;
    }
    if (!any) break;
    world.env.Step(slates, result);
    for (size_t u = 0; u < users; ++u) rewards[u].push_back(result.expected[At(slot_of_user[u])]);
  }
  std::vector<float> all;
  for (const auto& of_user : rewards)
    for (const float reward : of_user)
      if (reward > 0) all.push_back(reward);
  return all;
}

TEST(EvolvingEnv, SlotsBatchAndThreadsChangeNothing) {
  std::vector<int> places(40), reversed(40);
  std::iota(places.begin(), places.end(), 0);
  std::iota(reversed.rbegin(), reversed.rend(), 30);
  EvolvingEnvTestWorld narrow(EvolvingEnvTestConfig(), 40), wide(EvolvingEnvTestConfig(), 70, 2);
  const std::vector<float> rewards = EvolvingEnvTestPlayAll(narrow, places);
  EXPECT_GT(rewards.size(), 80u);
  EXPECT_EQ(rewards, EvolvingEnvTestPlayAll(wide, reversed));
  EXPECT_EQ(rewards, EvolvingEnvTestPlayAll(narrow, places));
}

TEST(EvolvingEnv, UsersLeaveByTheirMoodAndAreCutAtTheLimit) {
  EnvConfig config = EvolvingEnvTestConfig();
  config.evolving.h0 = 100;  // everyone leaves at once
  EvolvingEnvTestWorld world(config);
  world.env.Start(0, 0, 1);
  StepResult result;
  world.env.Step(std::vector<int32_t>{0, 1, 2}, result);
  EXPECT_EQ(result.terminated[0], 1);
  EXPECT_EQ(result.truncated[0], 0);
  config.evolving.leave = false;
  config.evolving.max_steps = 2;
  EvolvingEnvTestWorld patient(config);
  EXPECT_EQ(patient.env.longest_session(), 2);
  patient.env.Start(0, 0, 1);
  patient.env.Step(std::vector<int32_t>{0, 1, 2}, result);
  EXPECT_TRUE(patient.env.Observe(0).active);
  EXPECT_THROW(patient.env.Step(std::vector<int32_t>{0, 3, 4}, result), CheckFailure);
  patient.env.Step(std::vector<int32_t>{3, 4, 5}, result);
  EXPECT_EQ(result.terminated[0], 0);
  EXPECT_EQ(result.truncated[0], 1);
}

TEST(EvolvingEnv, UsersComeBackRestedAndInTheirFirstMood) {
  EnvConfig config = EvolvingEnvTestConfig();
  config.allow_repeats = true;
  config.evolving.visits = 2;
  config.evolving.leave = false;
  config.evolving.max_steps = 3;
  EvolvingEnvTestWorld world(config);
  EXPECT_EQ(world.env.longest_session(), 6);
  world.env.Start(0, 4, 11);
  const std::vector<int32_t> slate = {5, 17, 60};
  StepResult result;
  EvolvingState before;
  for (int step = 0; step < 3; ++step) {
    EXPECT_EQ(step == 0 ? 0 : result.return_days[0], 0);
    before = *world.env.OracleState(0);
    world.env.Step(slate, result);
  }
  const int days = result.return_days[0];
  ASSERT_GE(days, 1);
  EXPECT_LE(days, 10);
  EXPECT_EQ(result.terminated[0] + result.truncated[0], 0);
  EXPECT_TRUE(world.env.Observe(0).active);
  EXPECT_EQ(world.env.Observe(0).budget_left, 1);
  const EvolvingState& after = *world.env.OracleState(0);
  EXPECT_EQ(after.mood, 0.6);
  const auto category = At(world.data.CategoriesOf(5)[0]);
  double exposure = 0;
  for (const int32_t item : slate) {
    const auto of_item = world.data.CategoriesOf(item);
    for (const int32_t c : of_item)
      if (At(c) == category) exposure += 1.0 / 3 / static_cast<double>(of_item.size());
  }
  EXPECT_NEAR(after.fatigue[category],
              (config.evolving.decay * before.fatigue[category] + exposure) *
                  std::pow(config.evolving.rest, days),
              1e-12);
  for (int step = 0; step < 3; ++step) world.env.Step(slate, result);
  EXPECT_GE(result.return_days[0], 1);
  EXPECT_EQ(result.truncated[0], 1);
  EXPECT_FALSE(world.env.Observe(0).active);
}

TEST(EvolvingEnv, ASessionOfOneVisitKnowsNoReturn) {
  EnvConfig config = EvolvingEnvTestConfig();
  config.evolving.leave = false;
  config.evolving.max_steps = 1;
  EvolvingEnvTestWorld world(config);
  world.env.Start(0, 4, 11);
  StepResult result;
  world.env.Step(std::vector<int32_t>{5, 17, 60}, result);
  EXPECT_EQ(result.return_days[0], 0);
  EXPECT_EQ(result.truncated[0], 1);
}

// A better visit ends in a better mood, and the user is back sooner.
TEST(EvolvingEnv, GoodVisitsBringUsersBackSooner) {
  EnvConfig config = EvolvingEnvTestConfig();
  config.evolving.visits = 20;
  config.evolving.kappa = 0;
  config.allow_repeats = true;
  EvolvingEnvTestWorld world(config);
  double days[2] = {}, visits[2] = {};
  std::vector<float> worth(At(world.data.num_items()));
  for (int32_t user = 0; user < 20; ++user) {
    for (const bool best : {false, true}) {
      world.env.Start(0, user, 11);
      StepResult result;
      while (world.env.Observe(0).active) {
        world.env.OracleRewards(0, worth);
        std::vector<int32_t> items(worth.size());
        std::iota(items.begin(), items.end(), 0);
        std::ranges::sort(items, [&](int32_t a, int32_t b) {
          const float x = worth[At(a)], y = worth[At(b)];
          return best ? x > y : x < y;
        });
        items.resize(3);
        world.env.Step(items, result);
        if (result.return_days[0] == 0) continue;
        days[best] += result.return_days[0];
        ++visits[best];
      }
    }
  }
  EXPECT_EQ(visits[0], 20 * 20);
  EXPECT_EQ(visits[1], 20 * 20);
  EXPECT_LT(days[1] / visits[1], days[0] / visits[0] - 0.5);
}

// How soon users are back decides how tired they are at their next visit, so how soon they are
// back.
TEST(EvolvingEnv, UsersAreAwayForTheMeanDaysUnderRandomSlates) {
  EnvConfig config = EvolvingEnvTestConfig();
  config.evolving.visits = 10;
  config.allow_repeats = true;
  config.cross_session.mean_days = 2.5;
  EvolvingEnvTestWorld world(config, 64);
  double days = 0, visits = 0;
  StepResult result;
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    for (int slot = 0; slot < 64; ++slot) world.env.Start(slot, slot % 50, seed);
    Rng rng(seed, "slates");
    for (bool playing = true; playing;) {
      std::vector<int32_t> slates;
      for (int slot = 0; slot < 64; ++slot) {
        const auto first = static_cast<int32_t>(rng.Below(30));
        slates.insert(slates.end(), {first, first + 20, first + 40});
      }
      world.env.Step(slates, result);
      playing = false;
      for (int slot = 0; slot < 64; ++slot) {
        days += result.return_days[At(slot)];
        visits += result.return_days[At(slot)] > 0;
        playing |= world.env.Observe(slot).active;
      }
    }
  }
  EXPECT_EQ(visits, 4 * 64 * 10);
  EXPECT_NEAR(days / visits, 2.5, 0.3);
}

// Environments refuse a session of a closed user, the probe of the calibration's too.
TEST(EvolvingEnv, IsCalibratedWithoutThoseWhomTheSplitCloses) {
  EnvConfig config = EvolvingEnvTestConfig();
  config.evolving.visits = 2;
  EvolvingEnvTestWorld world;
  world.split.closed.assign(world.split.train_end.size(), 1);
  for (const int32_t user : world.split.train_users) world.split.closed[At(user)] = 0;
  for (const int32_t user : world.split.valid_users) world.split.closed[At(user)] = 0;
  EXPECT_NO_THROW(EvolvingEnv(world.data, world.split, world.users, config, 1, 1));
  world.split.closed[At(world.split.train_users[0])] = 1;
  EXPECT_THROW(EvolvingEnv(world.data, world.split, world.users, config, 1, 1), Error);
}

TEST(EvolvingEnv, RefusesALawOfReturnThatItDoesNotHave) {
  EnvConfig config = EvolvingEnvTestConfig();
  config.evolving.visits = 2;
  config.cross_session.law = "kuaisim";
  EXPECT_THROW(EvolvingEnvTestWorld{config}, Error);
}

TEST(EvolvingEnv, EverySessionOfAUserStartsFromTheSameInterests) {
  EvolvingEnvTestWorld world(EvolvingEnvTestConfig(), 2);
  world.env.Start(0, 7, 1);
  world.env.Start(1, 7, 2);
  EXPECT_EQ(world.env.OracleState(0)->theta, world.env.OracleState(1)->theta);
  StepResult result;
  world.env.Step(std::vector<int32_t>{0, 1, 2, 0, 1, 2}, result);
  EXPECT_NE(world.env.OracleState(0)->theta, world.env.OracleState(1)->theta);
  world.env.Start(0, 7, 9);
  EXPECT_EQ(world.env.OracleState(0)->theta, world.users.Profile(7, {}).theta);
}

TEST(Env, ACategoryIsWorthItsBestItemsThatMayBeShown) {
  EnvConfig config = EvolvingEnvTestConfig();
  config.evolving.leave = false;
  EvolvingEnvTestWorld world(config);
  world.env.Start(0, 4, 1);
  StepResult result;
  world.env.Step(std::vector<int32_t>{0, 1, 2}, result);
  std::vector<float> of_item(150), of_category(8);
  world.env.OracleRewards(0, of_item);
  world.env.OracleCategoryRewards(0, of_category);
  std::vector<float> left;
  for (size_t i = 3; i < 150; ++i)
    for (const int32_t c : world.data.CategoriesOf(static_cast<int64_t>(i)))
      if (c == 2) left.push_back(of_item[i]);
  std::sort(left.rbegin(), left.rend());
  ASSERT_GE(left.size(), 3u);
  EXPECT_NEAR(of_category[2], (left[0] + left[1] + left[2]) / 3, 1e-6);
}

}  // namespace
}  // namespace lerl
