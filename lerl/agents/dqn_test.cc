#include "lerl/agents/dqn.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lerl/testing/permuted_rewards.h"
#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

DoubleQConfig DqnTestConfig() {
  DoubleQConfig config;
  config.replay.minibatch = 16;
  config.replay.passes = 4;
  config.replay.actor_rate = 3e-3;
  config.replay.critic_rate = 3e-3;
  return config;
}

TEST(Dqn, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  Bandit bandit;
  const auto agent = MakeDqn(bandit.Context(), BanditLearner(), DqnTestConfig());
  for (uint64_t i = 0; i < 60; ++i) bandit.PlayAndLearn(*agent, i, true);
  EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.9);
}

TEST(Dqn, LearnsNothingFromPermutedRewards) {
  ExpectOnlyTrueRewardsTeach(
      [](Bandit& bandit, uint64_t seed) {
        return MakeDqn(bandit.Context(seed), BanditLearner(), DqnTestConfig());
      },
      /*iterations=*/15);
}

// Which share of 200 observations' slots explore, at a progress of the run.
double ExploringShare(Agent& agent, const Bandit& bandit, double progress) {
  const std::vector<uint8_t> plan{1};
  agent.Prepare(1);
  agent.Start(0, 3);
  agent.SetProgress(progress);
  int lifted = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const Observation seen{.user = 3, .seed = seed, .plan = plan, .dominant = plan};
    std::vector<float> calm(bandit.dataset.item_ids.size()), explored(calm.size());
    agent.Act({&seen, 1}, false, calm, {});
    agent.Act({&seen, 1}, true, explored, {});
    for (size_t i = 0; i < calm.size(); ++i) lifted += explored[i] > calm[i] ? 1 : 0;
  }
  return lifted / 400.0;  // slates of two
}

TEST(Dqn, ExploresLessAndLessWhereItsScheduleSaysSo) {
  Bandit bandit;
  DoubleQConfig config = DqnTestConfig();
  config.epsilon = 0.8;
  EXPECT_NEAR(ExploringShare(*MakeDqn(bandit.Context(), BanditLearner(), config), bandit, 1), 0.8,
              0.06);
  config.replay.exploration = {.schedule = "linear", .end = 0};
  const auto agent = MakeDqn(bandit.Context(), BanditLearner(), config);
  EXPECT_NEAR(ExploringShare(*agent, bandit, 0), 0.8, 0.06);
  EXPECT_NEAR(ExploringShare(*agent, bandit, 0.5), 0.4, 0.08);
  EXPECT_EQ(ExploringShare(*agent, bandit, 1), 0);
}

// The arrays of one network in a checkpoint, side by side.
std::vector<float> WeightsOf(const Agent& agent, const std::string& network) {
  TensorFile file;
  agent.Save(file);
  std::vector<float> all;
  for (const auto& [name, array] : file.arrays) {
    if (!name.starts_with("agent." + network + ".")) continue;
    const std::vector<float> values = array.Values<float>();
    all.insert(all.end(), values.begin(), values.end());
  }
  EXPECT_FALSE(all.empty()) << network;
  return all;
}

// 64 sessions in minibatches of 16, once: 4 steps.
TEST(Dqn, MakesHardTargetCopiesWhenAsked) {
  const auto learned = [](int64_t target_every) {
    Bandit bandit;
    DoubleQConfig config = DqnTestConfig();
    config.replay.minibatch = 16;
    config.replay.passes = 1;
    config.replay.target_every = target_every;
    auto agent = MakeDqn(bandit.Context(), BanditLearner(), config);
    const std::vector<float> before = WeightsOf(*agent, "target");
    bandit.PlayAndLearn(*agent, 1, true);
    EXPECT_EQ(agent->gradient_steps(), 4);
    return std::pair(WeightsOf(*agent, "target") == before,
                     WeightsOf(*agent, "target") == WeightsOf(*agent, "values"));
  };
  EXPECT_EQ(learned(0), std::pair(false, false));  // soft
  EXPECT_EQ(learned(4), std::pair(false, true));
  EXPECT_EQ(learned(3), std::pair(false, false));  // of the step before the last
  EXPECT_EQ(learned(5), std::pair(true, false));   // not yet
}

}  // namespace
}  // namespace lerl
