#include "lerl/python/batch_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/sim/env_config.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

constexpr int kEnvs = 5;
constexpr size_t kSlateOfTest = 3;

class BatchEnvTest : public ::testing::Test {
 protected:
  BatchEnvTest() {
    config_.planner.name = "none";
    world_ = TinyWorld(config_);
  }
  std::unique_ptr<BatchEnv> Make(Autoreset autoreset = Autoreset::kSameStep,
                                 std::string users = "train") const {
    return std::make_unique<BatchEnv>(
        world_, config_,
        BatchEnvOptions{.envs = kEnvs, .users = std::move(users), .autoreset = autoreset});
  }
  static std::vector<uint64_t> Seeds(uint64_t first = 10) {
    std::vector<uint64_t> seeds;
    for (uint64_t n = 0; n < kEnvs; ++n) seeds.push_back(first + n);
    return seeds;
  }
  // The first items that each environment may show.
  std::vector<int32_t> FirstAllowed(const BatchEnv& env) const {
    std::vector<int32_t> slates;
    const auto items = At(world_->dataset.num_items());
    for (size_t b = 0; b < kEnvs; ++b) {
      size_t found = 0;
      for (size_t i = 0; i < items && found < kSlateOfTest; ++i) {
        if (env.memory().now.mask[b * items + i] == 0) continue;
        slates.push_back(static_cast<int32_t>(i));
        ++found;
      }
      slates.resize((b + 1) * kSlateOfTest);
    }
    return slates;
  }
  bool Ended(const BatchEnv& env, size_t b) const {
    return env.memory().terminated[b] != 0 || env.memory().truncated[b] != 0;
  }

  RunConfig config_ = TinyRun();
  std::shared_ptr<const World> world_;
};

// The same users, seeds and slates in an Env by itself give the same to the bit.
TEST_F(BatchEnvTest, AgreesWithTheEnvironmentBitForBit) {
  const auto batch = Make();
  batch->Reset(Seeds(), {});
  const auto env = MakeWorldEnv(*world_, *config_.env, kEnvs);
  std::vector<uint64_t> sessions(kEnvs, 0);
  const auto start = [&](int b) {
    Rng rng(Seeds()[At(b)], "sessions of an environment", sessions[At(b)]++);
    const auto& users = world_->split.train_users;
    const int32_t user = users[rng.Below(users.size())];
    env->Start(b, user, rng.Next());
  };
  for (int b = 0; b < kEnvs; ++b) start(b);
  StepResult result;
  for (int step = 0; step < 40; ++step) {
    const std::vector<int32_t> slates = FirstAllowed(*batch);
    env->Step(slates, result);
    batch->Step(slates);
    EXPECT_EQ(batch->memory().rewards, result.rewards);
    EXPECT_EQ(batch->memory().expected, result.expected);
    EXPECT_EQ(batch->memory().terminated, result.terminated);
    EXPECT_EQ(batch->memory().truncated, result.truncated);
    EXPECT_THAT(batch->memory().replaced, Each(0));
    for (int b = 0; b < kEnvs; ++b) {
      if (Ended(*batch, At(b))) start(b);
      const SlotView seen = env->Observe(b);
      EXPECT_EQ(batch->memory().now.user[At(b)], seen.user);
      EXPECT_EQ(batch->memory().now.budget_left[At(b)], seen.budget_left);
      for (size_t i = 0; i < seen.excluded.size(); ++i)
        ASSERT_EQ(batch->memory().now.mask[At(b) * seen.excluded.size() + i], 1 - seen.excluded[i]);
    }
  }
}

TEST_F(BatchEnvTest, HasNoTwoEnvironmentsAlikeAndTheSameSeedsGiveTheSame) {
  const auto first = Make(), second = Make();
  first->Reset(Seeds(), {});
  second->Reset(Seeds(), {});
  std::set<std::vector<float>> histories;
  std::vector<std::vector<float>> rewards(kEnvs);
  for (int step = 0; step < 30; ++step) {
    const auto slates = FirstAllowed(*first);
    first->Step(slates);
    second->Step(slates);
    EXPECT_EQ(first->memory().rewards, second->memory().rewards);
    EXPECT_EQ(first->memory().now.features, second->memory().now.features);
    for (size_t b = 0; b < kEnvs; ++b) rewards[b].push_back(first->memory().rewards[b]);
  }
  for (const auto& history : rewards) histories.insert(history);
  EXPECT_EQ(histories.size(), At(kEnvs));
}

// A known fault of a peer: its first environment always begins with the same user.
TEST_F(BatchEnvTest, TheFirstEnvironmentIsAsRandomAsTheOthers) {
  const auto env = Make();
  std::set<int64_t> users;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    env->Reset(Seeds(1000 * seed), {});
    users.insert(env->memory().now.user[0]);
  }
  EXPECT_GT(users.size(), 12U);
}

TEST_F(BatchEnvTest, AResetReallyResets) {
  const auto env = Make(), fresh = Make();
  env->Reset(Seeds(), {});
  for (int step = 0; step < 7; ++step) env->Step(FirstAllowed(*env));
  env->Reset(Seeds(), {});
  fresh->Reset(Seeds(), {});
  EXPECT_EQ(env->memory().now.features, fresh->memory().now.features);
  EXPECT_EQ(env->memory().now.mask, fresh->memory().now.mask);
  EXPECT_EQ(env->memory().now.slate, fresh->memory().now.slate);
  EXPECT_THAT(env->memory().step, Each(0));
  env->Reset({}, {});  // without seeds the stream goes on: other sessions
  EXPECT_NE(env->memory().now.user, fresh->memory().now.user);
}

TEST_F(BatchEnvTest, StartsTheNextSessionWithinTheStepAndKeepsTheLastObservation) {
  const auto env = Make(Autoreset::kSameStep);
  env->Reset(Seeds(), {});
  const auto d = At(env->features().count());
  int ended = 0;
  for (int step = 0; step < 40; ++step) {
    const std::vector<int64_t> users = env->memory().now.user;
    const std::vector<int32_t> slates = FirstAllowed(*env);
    env->Step(slates);
    for (size_t b = 0; b < kEnvs; ++b) {
      EXPECT_EQ(env->memory().started[b], Ended(*env, b));
      if (!Ended(*env, b)) continue;
      ++ended;
      EXPECT_EQ(env->memory().step[b], 0);
      EXPECT_EQ(env->memory().now.slate[b * kSlateOfTest], world_->dataset.num_items());
      EXPECT_EQ(env->memory().final.user[b], users[b]);
      EXPECT_EQ(env->memory().final.slate[b * kSlateOfTest], slates[b * kSlateOfTest]);
      EXPECT_LT(env->memory().final.budget_left[b], 1);
      // The share of the last slate that was liked is the last feature.
      EXPECT_NEAR(env->memory().final.features[(b + 1) * d - 1], env->memory().rewards[b], 1e-6);
    }
  }
  EXPECT_GT(ended, kEnvs);
}

TEST_F(BatchEnvTest, StartsTheNextSessionWithTheNextStep) {
  const auto env = Make(Autoreset::kNextStep);
  env->Reset(Seeds(), {});
  std::vector<uint8_t> ended(kEnvs);
  int restarts = 0;
  for (int step = 0; step < 60; ++step) {
    env->Step(FirstAllowed(*env));
    for (size_t b = 0; b < kEnvs; ++b) {
      if (ended[b] != 0) {
        ++restarts;
        EXPECT_EQ(env->memory().rewards[b], 0);
        EXPECT_FALSE(Ended(*env, b));
        EXPECT_EQ(env->memory().step[b], 0);
      }
      EXPECT_EQ(env->memory().started[b], ended[b]);
      ended[b] = Ended(*env, b);
    }
  }
  EXPECT_GT(restarts, kEnvs);
}

TEST_F(BatchEnvTest, WaitsForAResetWhereNothingIsResetByItself) {
  const auto env = Make(Autoreset::kDisabled);
  EXPECT_THROW(env->Step(std::vector<int32_t>(kEnvs * kSlateOfTest)), Error);
  env->Reset(Seeds(), {});
  size_t ended = kEnvs;
  while (ended == kEnvs) {
    env->Step(FirstAllowed(*env));
    for (size_t b = 0; b < kEnvs; ++b)
      if (Ended(*env, b)) ended = b;
  }
  try {
    env->Step(FirstAllowed(*env));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("autoreset is disabled"));
  }
  std::vector<uint8_t> which(kEnvs);
  for (size_t b = 0; b < kEnvs; ++b) which[b] = Ended(*env, b);
  const std::vector<int32_t> steps = env->memory().step;
  env->Reset({}, which);
  for (size_t b = 0; b < kEnvs; ++b) {
    EXPECT_EQ(env->memory().step[b], which[b] != 0 ? 0 : steps[b]);
    EXPECT_EQ(env->memory().started[b], which[b]);
  }
  EXPECT_NO_THROW(env->Step(FirstAllowed(*env)));
}

TEST_F(BatchEnvTest, ReplacesWhatMayNotBeShownAndCountsIt) {
  const auto env = Make();
  env->Reset(Seeds(), {});
  const auto items = At(world_->dataset.num_items());
  std::vector<int32_t> slates = FirstAllowed(*env);
  const int32_t allowed = slates[0];
  slates[1] = allowed;  // twice
  int32_t forbidden = 0;
  while (env->memory().now.mask[At(forbidden)] != 0) ++forbidden;
  slates[2] = forbidden;
  env->Step(slates);
  EXPECT_EQ(env->memory().replaced[0], 2);
  EXPECT_EQ(env->memory().replaced[1], 0);
  const auto& shown = env->memory().now.slate;
  EXPECT_EQ(shown[0], allowed);
  EXPECT_EQ((std::set<int32_t>{shown[0], shown[1], shown[2]}).size(), 3U);
  slates[0] = static_cast<int32_t>(items);
  EXPECT_THROW(env->Step(slates), Error);
  slates[0] = -1;
  EXPECT_THROW(env->Step(slates), Error);
}

TEST_F(BatchEnvTest, ShowsTheItemsThatAreNearestToAVirtualItem) {
  const auto env = Make();
  env->Reset(Seeds(), {});
  const auto width = At(env->item_width()), items = At(world_->dataset.num_items());
  std::vector<float> vectors(kEnvs * width);
  vectors[0] = 1;  // by the first entry of the item vectors
  const std::vector<uint8_t> mask = env->memory().now.mask;
  env->StepVirtual(vectors);
  float best = -std::numeric_limits<float>::infinity();
  for (size_t i = 0; i < items; ++i)
    if (mask[i] != 0) best = std::max(best, world_->factors.vectors[i * width]);
  EXPECT_EQ(world_->factors.vectors[At(env->memory().now.slate[0]) * width], best);
  vectors[1] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(env->StepVirtual(vectors), Error);
}

TEST_F(BatchEnvTest, AllowsWhatIsInsideThePlan) {
  config_.planner.name = "popularity";
  const auto env = Make();
  env->Reset(Seeds(), {});
  for (int step = 0; step < 10; ++step) {
    const ObservationMemory& now = env->memory().now;
    const auto items = At(world_->dataset.num_items());
    int inside = 0;
    for (size_t i = 0; i < items; ++i) {
      bool planned = false;
      for (const int32_t c : world_->dataset.CategoriesOf(static_cast<int64_t>(i)))
        planned |= now.plan[At(c)] != 0;
      EXPECT_LE(now.mask[i], static_cast<uint8_t>(planned));
      inside += now.mask[i];
    }
    EXPECT_GE(inside, 3);
    EXPECT_THAT(std::vector<uint8_t>(now.plan.begin(), now.plan.begin() + 6),
                ::testing::Contains(0));
    env->Step(FirstAllowed(*env));
  }
}

TEST_F(BatchEnvTest, PlaysTrainingAndValidationUsersAlone) {
  const auto env = Make(Autoreset::kSameStep, "validation");
  env->Reset(Seeds(), {});
  for (int step = 0; step < 30; ++step) {
    for (const int64_t user : env->memory().now.user)
      EXPECT_THAT(world_->split.valid_users, ::testing::Contains(user));
    env->Step(FirstAllowed(*env));
  }
  EXPECT_THROW(Make(Autoreset::kSameStep, "test"), Error);
}

}  // namespace
}  // namespace lerl
