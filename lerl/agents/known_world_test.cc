// Known answers: every learning agent of the registry in two worlds whose best policy is computed.

#include "lerl/agents/known_world.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "lerl/agents/agents_testing.h"
#include "lerl/agents/registry.h"

namespace lerl {
namespace {

using Policy = KnownWorld::Policy;

constexpr uint64_t kSeeds = 5;

// What an agent needs to learn these worlds in a few iterations. Agents without a row take the
// settings of kOthers.
struct Settings {
  const char* agent;
  int iterations;  // of kSessions sessions
  std::vector<std::string> sets;
};

constexpr int kSessions = 128;

const std::vector<Settings>& AllSettings() {
  static const std::vector<Settings> settings = {
      {"reinforce", 60, {"reinforce.learning_rate=1e-2", "reinforce.minibatch=32"}},
      {"a2c", 60, {"a2c.learning_rate=1e-2", "a2c.minibatch=32"}},
      {"ppo", 30, {"ppo.learning_rate=1e-2", "ppo.minibatch=32", "ppo.epochs=4"}},
      {"ddpg", 30, {"ddpg.actor_rate=3e-3", "ddpg.critic_rate=1e-2", "ddpg.minibatch=64"}},
      {"td3", 30, {"td3.actor_rate=3e-3", "td3.critic_rate=1e-2", "td3.minibatch=64"}},
      {"dqn", 30, {"dqn.critic_rate=1e-2", "dqn.minibatch=64"}},
  };
  return settings;
}

LearnerConfig SmallLearner() {
  LearnerConfig config = TinyLearner();
  config.state.transformer = {.width = 16, .layers = 1, .heads = 2, .feed_forward = 16, .band = 32};
  config.state.past_rows = 8;
  config.policy.hidden = 32;
  config.warm_start.steps = 0;
  return config;
}

class KnownAnswer : public ::testing::TestWithParam<std::string> {
 protected:
  struct Outcome {
    double value = 0, best = 0, random = 0, myopic = 0;
    double regret() const { return (best - value) / (best - random); }
  };

  // The mean over seeds of what the agent is worth after learning.
  Outcome LearnIn(const KnownRules& rules, bool permute) const {
    const KnownWorld world(rules, permute);
    Outcome outcome{.best = world.Worth(Policy::kBest),
                    .random = world.Worth(Policy::kRandom),
                    .myopic = world.Worth(Policy::kMyopic)};
    AgentConfig config;
    config.learner = SmallLearner();
    int iterations = 60;
    for (const Settings& row : AllSettings()) {
      if (row.agent != GetParam()) continue;
      iterations = row.iterations;
      ConfigSource::FromText("", "settings of the test", row.sets).Read(config);
    }
    config.name = GetParam();
    for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
      const std::unique_ptr<Agent> agent = MakeAgent(config, world.Context(seed));
      for (int i = 0; i < iterations; ++i)
        world.Learn(*agent, kSessions, DeriveSeed(seed, "iteration", static_cast<uint64_t>(i)));
      const double value = world.Judge(*agent);
      std::printf("  %s %d: %.3f (best %.3f random %.3f myopic %.3f)\n", GetParam().c_str(),
                  static_cast<int>(seed), value, outcome.best, outcome.random, outcome.myopic);
      outcome.value += value / kSeeds;
    }
    return outcome;
  }
};

TEST_P(KnownAnswer, IsFoundInABanditWithCategories) {
  EXPECT_LE(LearnIn(BanditWithCategories(), false).regret(), 0.05);
}

TEST_P(KnownAnswer, IsFoundWhereThePatientPolicyIsBest) {
  EXPECT_LE(LearnIn(ChainWithSaturation(), false).regret(), 0.05);
}

TEST_P(KnownAnswer, IsNotFoundInABanditWithPermutedRewards) {
  const Outcome outcome = LearnIn(BanditWithCategories(), true);
  EXPECT_NEAR(outcome.value, outcome.random, 0.2 * outcome.random);
}

TEST_P(KnownAnswer, IsNotFoundInAChainWithPermutedRewards) {
  const Outcome outcome = LearnIn(ChainWithSaturation(), true);
  EXPECT_NEAR(outcome.value, outcome.random, 0.2 * outcome.random);
}

std::vector<std::string> LearningAgents() {
  std::vector<std::string> names;
  for (const AgentRow& row : AgentRows())
    if (row.learns) names.emplace_back(row.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Agents, KnownAnswer, ::testing::ValuesIn(LearningAgents()),
                         [](const auto& info) { return info.param; });

TEST(KnownWorld, KnowsWhatTheBestPolicyOfTheBanditIsWorth) {
  // By hand: of six plans of two categories three hold the best (0.9), two more the second (0.5);
  // over all types and plans the random policy shows every category alike.
  const KnownWorld world(BanditWithCategories());
  EXPECT_NEAR(world.Worth(Policy::kBest), 3 * (3 * 0.9 + 2 * 0.5 + 0.1) / 6, 1e-6);
  EXPECT_NEAR(world.Worth(Policy::kRandom), 3 * (0.9 + 0.5 + 0.1 + 0.1) / 4, 1e-6);
  EXPECT_NEAR(world.Worth(Policy::kMyopic), world.Worth(Policy::kBest), 1e-9);
}

TEST(KnownWorld, KnowsThatPatienceIsBestInTheChain) {
  const KnownWorld world(ChainWithSaturation());
  EXPECT_NEAR(world.Worth(Policy::kBest), 4 * 1 + 3 * 0.45, 1e-6);       // in turn
  EXPECT_NEAR(world.Worth(Policy::kMyopic), 1 + 0.6 + 5 * 0.5, 1e-6);    // sweet alone
  EXPECT_LT(world.Worth(Policy::kMyopic), world.Worth(Policy::kRandom));
}

}  // namespace
}  // namespace lerl
