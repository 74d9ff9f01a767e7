#include "lerl/agents/cirs.h"

#include <gtest/gtest.h>

#include "lerl/testing/permuted_rewards.h"
#include "lerl/testing/small_agents.h"
#include "lerl/testing/tiring_users.h"

namespace lerl {
namespace {

PpoConfig Ppo() {
  PpoConfig config;
  config.common.minibatch = 16;
  config.common.learning_rate = 3e-3;
  return config;
}

CirsConfig CirsTestConfig() {
  CirsConfig config;
  config.ppo = Ppo();
  config.model_based.imagine = {.iterations = 60, .sessions = 32, .steps = 8, .repeats = true};
  config.user_model = {.fit = {.factors = 4, .epochs = 60, .batch = 256, .rate = 0.02}, .tau = 1};
  return config;
}

LearnerConfig CirsTestLearner() {
  LearnerConfig learner = BanditLearner();
  learner.warm_start = {.steps = 60, .batch = 32};
  return learner;
}

TEST(Cirs, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  Bandit bandit;
  const auto agent = MakeCirs(bandit.Context(), BanditLearner(), CirsTestConfig());
  for (uint64_t i = 0; i < 60; ++i) bandit.PlayAndLearn(*agent, i, true);
  EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.95);
}

TEST(Cirs, LearnsNothingFromPermutedRewards) {
  ExpectOnlyTrueRewardsTeach(
      [](Bandit& bandit, uint64_t seed) {
        return MakeCirs(bandit.Context(seed), BanditLearner(), CirsTestConfig());
      },
      /*iterations=*/15);
}

// Three agents learn from the same log, before the first session, and are judged by the truth:
// `cirs`, its parent `ppo`, and `cirs` with a model that knows of no exposure.
TEST(Cirs, EarnsMoreThanPpoFromALogWithOverexposure) {
  double cirs = 0, blind = 0, ppo = 0;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    TiringWorld world(/*strength_of_effect=*/3, /*with_favourites=*/true, seed);
    const auto earned = [&world](std::unique_ptr<Agent> agent) {
      agent->WarmStart();
      return world.TrueReward(*agent) / 3;
    };
    cirs += earned(MakeCirs(world.Context(seed), CirsTestLearner(), CirsTestConfig()));
    CirsConfig without = CirsTestConfig();
    without.gamma_e = 0;
    blind += earned(MakeCirs(world.Context(seed), CirsTestLearner(), without));
    ppo += earned(MakePpo(world.Context(seed), CirsTestLearner(), Ppo()));
  }
  RecordProperty("cirs", std::to_string(cirs));
  RecordProperty("without_exposure", std::to_string(blind));
  RecordProperty("ppo", std::to_string(ppo));
  EXPECT_GT(cirs, ppo + 0.05);
  EXPECT_GT(cirs, blind + 0.05);
}

// Permuted rewards of the environment do not reach the agent, because it learns from its model of
// the log alone. A model of six rows a user is a rough one; without rewards .5 is earned, +- .02.
TEST(Cirs, LearnsFromItsModelAloneWhereToldTo) {
  CirsConfig config = CirsTestConfig();
  config.model_based.imagine.iterations = 0;
  config.model_based.played_rewards = "model";
  config.user_model.fit.epochs = 400;
  constexpr int kSeeds = 4;
  double earned = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Bandit bandit;
    const auto agent = MakeCirs(bandit.Context(seed), BanditLearner(), config);
    for (uint64_t i = 0; i < 60; ++i) bandit.PlayAndLearn(*agent, i, true, /*permute=*/true);
    earned += bandit.PlayAndLearn(*agent, 1000, false) / kSeeds;
  }
  RecordProperty("earned", std::to_string(earned));
  EXPECT_GT(earned, 0.57);
}

}  // namespace
}  // namespace lerl
