#include "lerl/agents/epsilon_greedy.h"

#include <gtest/gtest.h>

#include "lerl/testing/permuted_rewards.h"
#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

TEST(EpsilonGreedy, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  Bandit bandit;
  const auto agent = MakeEpsilonGreedy(bandit.Context(), BanditLearner(), {});
  for (uint64_t i = 0; i < 20; ++i) bandit.PlayAndLearn(*agent, i, true);
  EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.9);
}

// The agent learns from one iteration only: rewards that are permuted inside iterations still tell
// good iterations from bad ones.
TEST(EpsilonGreedy, LearnsNothingFromPermutedRewards) {
  ExpectOnlyTrueRewardsTeach(
      [](Bandit& bandit, uint64_t seed) {
        return MakeEpsilonGreedy(bandit.Context(seed), BanditLearner(), {});
      },
      /*iterations=*/1, /*seeds=*/40);
}

TEST(EpsilonGreedy, ShowsRandomItemsWhileExploringOnly) {
  Bandit bandit;
  const auto always = MakeEpsilonGreedy(bandit.Context(), BanditLearner(), {.epsilon = 1});
  always->Prepare(1);
  always->Start(0, 3);
  const std::vector<uint8_t> plan{1};
  const Observation seen{.user = 3, .seed = 5, .plan = plan, .dominant = plan};
  std::vector<float> calm(40), random(40);
  always->Act({&seen, 1}, false, calm, {});
  always->Act({&seen, 1}, true, random, {});
  int lifted = 0;
  for (size_t i = 0; i < 40; ++i) lifted += random[i] > calm[i] ? 1 : 0;
  EXPECT_EQ(lifted, 2);  // both slots
}

TEST(EpsilonGreedy, ExploresLessAndLessWhereItsScheduleSaysSo) {
  Bandit bandit;
  const EpsilonGreedyConfig config{.epsilon = 1, .exploration = {.schedule = "linear", .end = 0}};
  auto agent = MakeEpsilonGreedy(bandit.Context(), BanditLearner(), config);
  const std::vector<uint8_t> plan{1};
  const Observation seen{.user = 3, .seed = 5, .plan = plan, .dominant = plan};
  const auto explores = [&seen](Agent& one) {
    one.Prepare(1);
    one.Start(0, 3);
    std::vector<float> calm(40), random(40);
    one.Act({&seen, 1}, false, calm, {});
    one.Act({&seen, 1}, true, random, {});
    return calm != random;
  };
  EXPECT_TRUE(explores(*agent));
  agent->SetProgress(1);
  EXPECT_FALSE(explores(*agent));
  // It goes on from there, since sessions are played before it is told again how far the run is.
  TensorFile file;
  agent->Save(file);
  agent = MakeEpsilonGreedy(bandit.Context(), BanditLearner(), config);
  agent->Load(file);
  EXPECT_FALSE(explores(*agent));
}

}  // namespace
}  // namespace lerl
