#include "lerl/agents/ddpg.h"

#include <gtest/gtest.h>

#include "lerl/agents/agents_testing.h"
#include "lerl/agents/stats_testing.h"

namespace lerl {
namespace {

DdpgConfig Config() {
  DdpgConfig config;
  config.replay.minibatch = 16;
  config.replay.passes = 4;
  config.replay.actor_rate = 3e-3;
  config.replay.critic_rate = 3e-3;
  return config;
}

TEST(Ddpg, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  Bandit bandit;
  const auto agent = MakeDdpg(bandit.Context(), BanditLearner(), Config());
  for (uint64_t i = 0; i < 60; ++i) bandit.PlayAndLearn(*agent, i, true);
  EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.9);
}

TEST(Ddpg, LearnsNothingFromPermutedRewards) {
  double sum = 0;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    Bandit bandit;
    const auto agent = MakeDdpg(bandit.Context(seed), BanditLearner(), Config());
    for (uint64_t i = 0; i < 15; ++i) bandit.PlayAndLearn(*agent, i, true, /*permute=*/true);
    sum += bandit.PlayAndLearn(*agent, 1000, false);
  }
  EXPECT_NEAR(sum / 5, 0.5, 0.15);
}

// The last of three steps, and it alone, counts a value after it, of which nothing is ever seen: it
// grows beyond what is left to earn.
TEST(Ddpg, BootstrapsAsPublishedWhenAsked) {
  double q[2];
  for (const bool published : {false, true}) {
    Bandit bandit;
    DdpgConfig config = Config();
    config.published_bootstrap = published;
    const auto agent = MakeDdpg(bandit.Context(), BanditLearner(), config);
    for (uint64_t i = 0; i < 60; ++i) q[published] = StatOf(bandit.LastStats(*agent, i), "q");
  }
  EXPECT_GT(q[true], 1.3 * q[false]);
}

}  // namespace
}  // namespace lerl
