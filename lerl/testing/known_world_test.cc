// Known answers: every learning agent of the registry in two worlds whose best policy is computed.

#include "lerl/testing/known_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "lerl/agents/registry.h"
#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

using Policy = KnownWorld::Policy;

constexpr uint64_t kSeeds = 5;

// Runs with permuted rewards are as long as the others, by which these agents find the answer.
struct Length {
  int iterations;
  int sessions;  // of each iteration
};

// What an agent needs to learn these worlds in about a second. Agents without a row take the first.
struct Settings {
  std::string agent;
  Length length;
  std::vector<std::string> sets;
  bool myopic =
      false;  // learns what a slate earns at once: in the chain its answer is the myopic one
};

const std::vector<Settings>& AllSettings() {
  static const std::vector<Settings> settings = {
      {"", {60, 96}, {}},
      {"reinforce",
       {200, 32},
       {"policy.kind=items", "reinforce.learning_rate=1e-2", "reinforce.minibatch=32"}},
      {"a2c", {200, 32}, {"policy.kind=items", "a2c.learning_rate=1e-2", "a2c.minibatch=32"}},
      {"ppo", {24, 128}, {"ppo.learning_rate=1e-2", "ppo.minibatch=64", "ppo.epochs=4"}},
      {"ddpg",
       {64, 96},
       {"ddpg.critic_rate=3e-3", "ddpg.actor_rate=5e-4", "ddpg.minibatch=32", "ddpg.passes=4",
        "ddpg.tau=0.05", "ddpg.explore_sigma=1", "ddpg.gamma=0.5"}},
      {"td3",
       {40, 96},
       {"td3.critic_rate=5e-3", "td3.actor_rate=1e-3", "td3.minibatch=32", "td3.passes=4",
        "td3.tau=0.05", "td3.explore_sigma=1", "td3.gamma=0.5"}},
      {"dqn",
       {24, 128},
       {"dqn.critic_rate=5e-3", "dqn.minibatch=32", "dqn.passes=2", "dqn.tau=0.05",
        "dqn.epsilon=0.3"}},
      {"hac",
       {48, 96},
       {"hac.critic_rate=3e-3", "hac.actor_rate=5e-4", "hac.minibatch=32", "hac.passes=4",
        "hac.tau=0.05", "hac.explore_sigma=1", "hac.gamma=0.5", "hac.supervision=0.03",
        "hac.alignment=0.03"}},
      // Its bound on entropy keeps it near uniform by default, and its bonus is not what counts
      // here.
      {"sac4ir",
       {24, 128},
       {"sac4ir.critic_rate=5e-3", "sac4ir.actor_rate=5e-3", "sac4ir.minibatch=32",
        "sac4ir.passes=2", "sac4ir.tau=0.05", "sac4ir.rho=0.3", "sac4ir.reward=environment"}},
      {"dnair",
       {24, 128},
       {"dnair.critic_rate=5e-3", "dnair.minibatch=32", "dnair.passes=2", "dnair.tau=0.05",
        "dnair.epsilon=0.3", "dnair.near=0"}},
      {"her4if",
       {24, 128},
       {"her4if.learning_rate=1e-2", "her4if.minibatch=64", "her4if.epochs=4"}},
      {"cirs",
       {24, 128},
       {"cirs.learning_rate=1e-2", "cirs.minibatch=64", "cirs.epochs=4",
        "cirs.imagine.iterations=5", "cirs.imagine.repeats=true"}},
      {"dorl",
       {250, 32},
       {"policy.kind=items", "dorl.learning_rate=1e-2", "dorl.minibatch=32",
        "dorl.imagine.iterations=5", "dorl.imagine.repeats=true"}},
      {"epsilon_greedy", {20, 96}, {}, /*myopic=*/true},
      {"linucb", {20, 96}, {}, /*myopic=*/true},
  };
  return settings;
}

const Settings& SettingsOf(std::string_view agent) {
  for (const Settings& row : AllSettings())
    if (row.agent == agent) return row;
  return AllSettings().front();
}

LearnerConfig SmallLearner() {
  LearnerConfig config = TinyLearner();
  config.state.encoder = "average";
  config.state.width = 16;
  config.state.window = 16;
  config.state.past_rows = 8;
  config.policy.hidden = 32;
  config.warm_start.steps = 0;
  return config;
}

std::vector<std::string_view> LearningAgents() {
  std::vector<std::string_view> names;
  for (const AgentRow& row : AgentRows())
    if (row.learns) names.push_back(row.name);
  return names;
}

class KnownAnswer : public ::testing::TestWithParam<std::string_view> {
 protected:
  struct Outcome {
    double value = 0, best = 0, random = 0, myopic = 0;
    std::vector<double> by_seed{};
    // What `answer` is worth beyond a value, as a share of what there is to gain over the random
    // policy.
    double Share(double answer, double than) const { return (answer - than) / (best - random); }

    // Whether the policies are worth what the answer is. Now and then a seed stays where one plan
    // of several is not solved yet, which costs a third of what there is to gain. Which seed does,
    // and whether one of five does at all, differs between processors. So the middle seed is held
    // to 5%, and the mean to what two such seeds of five leave.
    void ExpectAnswer(double answer) {
      std::sort(by_seed.begin(), by_seed.end());
      EXPECT_LE(std::abs(Share(answer, by_seed[by_seed.size() / 2])), 0.05) << Values();
      EXPECT_LE(std::abs(Share(answer, value)), 0.15) << Values();
    }
    std::string Values() const {
      std::string text;
      for (const double one : by_seed) text += std::to_string(one) + " ";
      return text;
    }
  };

  // The mean over seeds of what the agent is worth after learning.
  Outcome LearnIn(const KnownRules& rules, bool permute) const {
    const KnownWorld world(rules, permute);
    Outcome outcome{.best = world.Worth(Policy::kBest),
                    .random = world.Worth(Policy::kRandom),
                    .myopic = world.Worth(Policy::kMyopic)};
    const Settings& settings = SettingsOf(GetParam());
    AgentConfig config;
    config.learner = SmallLearner();
    ConfigSource::FromText("", "settings of the test", settings.sets).Read(config);
    config.name = std::string(GetParam());
    const Length& length = settings.length;
    for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
      const std::unique_ptr<Agent> agent = MakeAgent(config, world.Context(seed));
      agent->WarmStart();  // of cirs and dorl: sessions imagined from the past
      for (int i = 0; i < length.iterations; ++i)
        world.Learn(*agent, length.sessions,
                    DeriveSeed(seed, "iteration", static_cast<uint64_t>(i)));
      const double value = world.Judge(*agent);
      outcome.by_seed.push_back(value);
      outcome.value += value / static_cast<double>(kSeeds);
    }
    return outcome;
  }
};

TEST_P(KnownAnswer, IsFoundInABanditWithCategories) {
  Outcome outcome = LearnIn(BanditWithCategories(), false);
  outcome.ExpectAnswer(outcome.best);
}

TEST_P(KnownAnswer, IsFoundWhereThePatientPolicyIsBest) {
  Outcome outcome = LearnIn(ChainWithSaturation(), false);
  outcome.ExpectAnswer(SettingsOf(GetParam()).myopic ? outcome.myopic : outcome.best);
}

TEST_P(KnownAnswer, IsNotFoundInABanditWithPermutedRewards) {
  const Outcome outcome = LearnIn(BanditWithCategories(), true);
  EXPECT_NEAR(outcome.value, outcome.random, 0.2 * outcome.random) << outcome.Values();
}

TEST_P(KnownAnswer, IsNotFoundInAChainWithPermutedRewards) {
  const Outcome outcome = LearnIn(ChainWithSaturation(), true);
  EXPECT_NEAR(outcome.value, outcome.random, 0.2 * outcome.random) << outcome.Values();
}

INSTANTIATE_TEST_SUITE_P(Agents, KnownAnswer, ::testing::ValuesIn(LearningAgents()),
                         [](const auto& info) { return std::string(info.param); });

// The settings that everybody starts with must learn, too, networks and warm start included. Of
// three seeds the first that finds most of what there is to gain is enough: of ddpg two seeds in
// eight don't (.43 and -.14 of it), and which ones differs between processors; td3 has .70 in one
// of eight, the others 1 in all.
class KnownAnswerAtDefaults : public ::testing::TestWithParam<std::string> {};

TEST_P(KnownAnswerAtDefaults, IsFoundWhereThePatientPolicyIsBest) {
  const KnownWorld world(ChainWithSaturation());
  AgentConfig config;
  config.name = GetParam();
  const double best = world.Worth(Policy::kBest), random = world.Worth(Policy::kRandom);
  std::string shares;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const std::unique_ptr<Agent> agent = MakeAgent(config, world.Context(seed));
    agent->WarmStart();
    for (uint64_t i = 0; i < 30; ++i) world.Learn(*agent, 64, DeriveSeed(seed, "iteration", i));
    const double share = (world.Judge(*agent) - random) / (best - random);
    if (share > 0.8) return;
    shares += std::to_string(share) + " ";
  }
  ADD_FAILURE() << "shares of what there is to gain: " << shares;
}

INSTANTIATE_TEST_SUITE_P(Agents, KnownAnswerAtDefaults,
                         ::testing::Values("ddpg", "td3", "dqn", "hac", "sac4ir", "dnair"),
                         [](const auto& info) { return info.param; });

// Masks in the targets: an agent that learns by values of items must value the next step by what
// its plan will hold.
class KnownMask : public KnownAnswer {};

TEST_P(KnownMask, DoesNotCountOnItemsOutsideTheNextPlan) {
  const KnownWorld world(PlanHidesThePrize());
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    AgentConfig config;
    config.learner = SmallLearner();
    config.learner.state.use_plan = false;
    ConfigSource::FromText("", "settings of the test", SettingsOf(GetParam()).sets).Read(config);
    config.name = std::string(GetParam());
    const std::unique_ptr<Agent> agent = MakeAgent(config, world.Context(seed));
    for (uint64_t i = 0; i < 24; ++i) world.Learn(*agent, 128, DeriveSeed(seed, "iteration", i));
    EXPECT_NEAR(world.Judge(*agent), 0.3 + 0.6, 0.05) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Agents, KnownMask, ::testing::Values("dqn", "dnair", "sac4ir"),
                         [](const auto& info) { return std::string(info.param); });

TEST(KnownWorld, KnowsThatThePlanHidesThePrize) {
  // Who sees the plans takes A first where the second plan is to hold X.
  EXPECT_NEAR(KnownWorld(PlanHidesThePrize()).Worth(Policy::kBest), (0.9 + 1.3 + 0.9) / 3, 1e-6);
}

TEST(KnownWorld, KnowsWhatTheBestPolicyOfTheBanditIsWorth) {
  // By hand: three of the six plans hold the category that is liked; over all of them the random
  // policy shows every category alike often.
  const KnownWorld world(BanditWithCategories());
  EXPECT_NEAR(world.Worth(Policy::kBest), 6 * (0.9 + 0.1) / 2, 1e-6);
  EXPECT_NEAR(world.Worth(Policy::kRandom), 6 * (0.9 + 3 * 0.1) / 4, 1e-6);
  EXPECT_NEAR(world.Worth(Policy::kMyopic), world.Worth(Policy::kBest), 1e-9);
}

TEST(KnownWorld, KnowsThatPatienceIsBestInTheChain) {
  const KnownWorld world(ChainWithSaturation());
  EXPECT_NEAR(world.Worth(Policy::kBest), 4 * 1 + 3 * 0.4, 1e-6);  // in turn
  EXPECT_NEAR(world.Worth(Policy::kMyopic), 1 + 6 * 0.5, 1e-6);    // sweet alone
  EXPECT_LT(world.Worth(Policy::kMyopic), world.Worth(Policy::kRandom));
}

// So the check of permuted rewards in the chain is two-sided.
TEST(KnownWorld, EarnsAboutWhatChanceDoesWithAnyListThatIsShownToAll) {
  const KnownRules rules = ChainWithSaturation();
  const double random = KnownWorld(rules).Worth(Policy::kRandom);
  for (unsigned list = 0; list < 1u << rules.steps; ++list) {
    double value = 0;
    for (size_t type = 0; type < 2; ++type) {
      size_t level = 0;
      for (int t = 0; t < rules.steps; ++t) {
        const size_t category = list >> t & 1u;
        value += rules.chance[type][level][category] / 2;
        level = static_cast<size_t>(rules.next[type][level][category]);
      }
    }
    EXPECT_NEAR(value, random, 0.19 * random) << list;
  }
}

}  // namespace
}  // namespace lerl
