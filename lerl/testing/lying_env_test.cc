#include "lerl/testing/lying_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/llm/scripted_backend.h"
#include "lerl/sim/env_config.h"
#include "lerl/testing/small_world.h"
#include "lerl/train/player.h"

namespace lerl {
namespace {

const World& TruthWorld() {
  static const std::unique_ptr<World> world = TinyWorld(TinyRun());
  return *world;
}

std::vector<SessionSpec> TruthSpecs(size_t sessions) {
  const std::vector<int32_t>& users = TruthWorld().split.train_users;
  std::vector<SessionSpec> specs;
  for (size_t i = 0; i < sessions; ++i)
    specs.push_back({users[i % users.size()], DeriveSeed(9, "session", i)});
  return specs;
}

RunConfig TruthRun() {
  RunConfig config = TinyRun();
  SetFields(config, {"env.task=evolving"});
  config.planner.llm.context = 1024;
  config.planner.wish.train = true;
  return config;
}

const EvolvingUsers& TruthUsers() {
  static const EvolvingUsers users(TruthWorld().dataset, TruthWorld().split, {});
  return users;
}

// What is shown before and after an update of the agent.
std::vector<int32_t> ItemsShown(Env& env, const RunConfig& config) {
  const World& world = TruthWorld();
  const auto agent = MakeAgent(config.agent, {.dataset = world.dataset,
                                              .split = world.split,
                                              .factors = world.factors,
                                              .slate = 3,
                                              .oracle = [&env](int slot, std::span<float> rewards) {
                                                env.OracleRewards(slot, rewards);
                                              }});
  const auto score = [](const std::string&, const std::string&, const std::string& label) {
    return static_cast<double>(label[0] % 5);
  };
  auto planner = MakePlanner(
      config.planner,
      {.dataset = world.dataset,
       .split = world.split,
       .policy_model = world.factors.model,
       .backend = MakeScriptedBackend({.score = score}),
       .oracle = [&env](int slot,
                        std::span<float> rewards) { env.OracleCategoryRewards(slot, rewards); },
       .craving = [&env](int slot, std::span<float> added) { env.OracleCraving(slot, added); }});
  PlanPolicy plans(world.dataset, config.planner, std::move(planner), 3);
  std::vector<int32_t> items;
  for (uint64_t iteration = 1; iteration <= 2; ++iteration) {
    plans.planner().BeginIteration(iteration, PlanMode::kTraining);
    const SessionLog log = PlaySessions(world.dataset, env, *agent, plans, TruthSpecs(8),
                                        {.mode = PlanMode::kTraining});
    if (agent->learns()) agent->Update(log);
    items.insert(items.end(), log.items.begin(), log.items.end());
  }
  return items;
}

TEST(LyingEnv, DeceivesOraclesAlone) {
  const auto reads_the_truth = [](const RunConfig& config) {
    const World& world = TruthWorld();
    const int slots = static_cast<int>(config.train.slots);
    EvolvingEnv honest(world.dataset, world.split, TruthUsers(), *config.env, slots, 1);
    LyingEnv lying(world.dataset, world.split, TruthUsers(), *config.env, slots, 1);
    return ItemsShown(honest, config) != ItemsShown(lying, config);
  };
  for (const AgentRow& row : AgentRows()) {
    RunConfig config = TruthRun();
    config.agent.name = row.name;
    EXPECT_EQ(reads_the_truth(config), row.oracle) << row.name;
  }
  for (const PlannerRow& row : PlannerRows()) {
    RunConfig config = TruthRun();
    config.agent.name = "popularity";
    config.planner.name = row.name;
    EXPECT_EQ(reads_the_truth(config), row.oracle) << row.name;
  }
}

TEST(PlayerTruth, RecordsTheTruthForMetricsAlone) {
  const World& world = TruthWorld();
  const RunConfig config = TruthRun();
  EvolvingEnv env(world.dataset, world.split, TruthUsers(), *config.env, 4, 1);
  Actors actors = MakeActors(world, TinyRun(), 1);
  const auto specs = TruthSpecs(5);
  const auto play = [&](Env& in, bool record) {
    return PlaySessions(world.dataset, in, *actors.agent, *actors.plans, specs,
                        {.record_truth = record});
  };
  EXPECT_TRUE(play(env, false).truth.empty());
  EXPECT_TRUE(play(*actors.env, true).truth.empty());  // another task
  const SessionLog log = play(env, true);
  const auto categories = static_cast<size_t>(log.categories);
  for (size_t s = 0; s < specs.size(); ++s) {
    const EvolvingProfile profile = TruthUsers().Profile(specs[s].user, config.env->evolving);
    env.Start(0, specs[s].user, specs[s].seed);
    std::vector<float> worth(categories);
    env.OracleCategoryRewards(0, worth);
    const size_t first = log.Cell(static_cast<int64_t>(s), 0) * categories;
    for (size_t c = 0; c < categories; ++c) {
      EXPECT_EQ(log.truth.interest[first + c], static_cast<float>(profile.theta[c]));
      EXPECT_EQ(log.truth.fatigue_cost[first + c], 0);
      EXPECT_EQ(log.truth.worth[first + c], worth[c]);
      EXPECT_EQ(log.truth.latent[s * categories + c], profile.latent[c]);
    }
    if (log.length[s] == 1) continue;
    const auto second = std::span(log.truth.fatigue_cost).subspan(first + categories, categories);
    EXPECT_GT(std::ranges::max(second), 0);
  }
}

}  // namespace
}  // namespace lerl
