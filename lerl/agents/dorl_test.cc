#include "lerl/agents/dorl.h"

#include <gtest/gtest.h>

#include "lerl/testing/small_agents.h"
#include "lerl/testing/tiring_users.h"

namespace lerl {
namespace {

A2cConfig A2c() {
  A2cConfig config;
  config.common.minibatch = 64;
  config.common.learning_rate = 5e-3;
  return config;
}

DorlConfig DorlTestConfig() {
  DorlConfig config;
  config.a2c = A2c();
  config.model_based.imagine = {.iterations = 120, .sessions = 32, .steps = 8, .repeats = true};
  config.world.fit = {.factors = 4, .epochs = 20, .batch = 256, .rate = 0.02};
  return config;
}

LearnerConfig DorlTestLearner() {
  LearnerConfig learner = BanditLearner();
  learner.warm_start = {.steps = 60, .batch = 32};
  return learner;
}

TEST(Dorl, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  Bandit bandit;
  const auto agent = MakeDorl(bandit.Context(), BanditLearner(), DorlTestConfig());
  for (uint64_t i = 0; i < 200; ++i) bandit.PlayAndLearn(*agent, i, true);
  EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.95);
}

// The log is dense in category 0, which pleases most in it, but not again and again within a
// session. After category 0 hardly anything else follows in the log; after the others, anything
// does. `dorl`, its parent `a2c`, and the same world model without penalty and bonus learn from
// that log, before the first session, and are judged by the truth.
TEST(Dorl, EarnsMoreThanA2cFromALogWithOverexposure) {
  double dorl = 0, mbpo = 0, a2c = 0;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    TiringWorld world(/*strength_of_effect=*/1, /*with_favourites=*/false, seed);
    const auto earned = [&world](std::unique_ptr<Agent> agent) {
      agent->WarmStart();
      return world.TrueReward(*agent) / 3;
    };
    dorl += earned(MakeDorl(world.Context(seed), DorlTestLearner(), DorlTestConfig()));
    DorlConfig without = DorlTestConfig();
    without.lambda_1 = without.lambda_2 = 0;
    mbpo += earned(MakeDorl(world.Context(seed), DorlTestLearner(), without));
    a2c += earned(MakeA2c(world.Context(seed), DorlTestLearner(), A2c()));
  }
  RecordProperty("dorl", std::to_string(dorl));
  RecordProperty("mbpo", std::to_string(mbpo));
  RecordProperty("a2c", std::to_string(a2c));
  EXPECT_GT(dorl, a2c + 0.02);
  EXPECT_GT(dorl, mbpo + 0.02);
}

}  // namespace
}  // namespace lerl
