#include "lerl/train/world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/train/train_testing.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

TEST(LoadWorld, HasEverythingThatRunsShareAndIsTheSameEachTime) {
  const TestFolder folder;
  const ScopedVariable cache("LERL_CACHE_DIR", (folder.path() / "cache").string());
  RunConfig config = TinyRun();
  config.data.name = WriteTinyCsv(folder).string();
  const auto first = LoadWorld(config), second = LoadWorld(config);
  EXPECT_EQ(first->dataset.num_users(), 40);
  EXPECT_EQ(first->dataset.num_categories(), 6);
  EXPECT_EQ(first->fingerprint, Fingerprint(first->dataset));
  EXPECT_EQ(first->fingerprint, second->fingerprint);
  EXPECT_EQ(first->response_model->name(), "mf");
  EXPECT_EQ(first->response_model->num_items(), first->dataset.num_items());
  EXPECT_EQ(first->unit_vectors, second->unit_vectors);
  EXPECT_EQ(first->factors.vectors, second->factors.vectors);
  EXPECT_EQ(first->split.test_users, second->split.test_users);
}

TEST(LoadWorld, SaysWhichDataAreMissing) {
  RunConfig config = TinyRun();
  config.data.name = "absent/shop.toml";
  EXPECT_THAT([&] { LoadWorld(config); },
              ::testing::ThrowsMessage<Error>(HasSubstr("absent/shop.toml")));
}

TEST(WorldHash, CoversWhatLoadWorldReadsAndNothingElse) {
  const RunConfig base = TinyRun();
  const auto with = [&](const std::function<void(RunConfig&)>& change) {
    RunConfig config = base;
    change(config);
    return WorldHash(config);
  };
  const std::string hash = WorldHash(base);
  EXPECT_EQ(with([](RunConfig& c) { c.env.rho = 0; }), hash);
  EXPECT_EQ(with([](RunConfig& c) { c.agent.learner.policy.hidden = 9; }), hash);
  EXPECT_EQ(with([](RunConfig& c) { c.planner.name = "none"; }), hash);
  EXPECT_EQ(with([](RunConfig& c) { c.train.seeds = {9}; }), hash);
  EXPECT_NE(with([](RunConfig& c) { c.data.name = "ml-1m"; }), hash);
  EXPECT_NE(with([](RunConfig& c) { c.split.min_past = 9; }), hash);
  EXPECT_NE(with([](RunConfig& c) { c.response_model.mf.seed = 9; }), hash);
  EXPECT_NE(with([](RunConfig& c) { c.agent.factors.seed = 9; }), hash);
}

TEST(MakeActors, GivesEnvironmentAgentAndPlansOfTheConfiguration) {
  RunConfig config = TinyRun();
  config.agent.name = "greedy";
  const auto world = TinyWorld(config);
  const Actors actors = MakeActors(*world, config, 1);
  EXPECT_EQ(actors.env->slots(), config.train.slots);
  EXPECT_EQ(actors.env->config().slate_size, config.env.slate_size);
  EXPECT_EQ(actors.agent->name(), "greedy");
  EXPECT_EQ(actors.plans->planner().name(), "random");
}

TEST(MakeActors, GivesTheOracleTheRewardsOfItsOwnEnvironment) {
  RunConfig config = TinyRun();
  config.agent.name = "greedy";
  const auto world = TinyWorld(config);
  const Actors actors = MakeActors(*world, config, 1);
  const auto items = static_cast<size_t>(world->dataset.num_items());
  std::vector<float> rewards(items), scores(items);
  const int32_t user = world->split.test_users[0];
  actors.env->Start(0, user, 5);
  actors.agent->Prepare(static_cast<int>(config.train.slots));
  actors.agent->Start(0, user);
  actors.env->OracleRewards(0, rewards);
  const std::vector<uint8_t> categories(static_cast<size_t>(world->dataset.num_categories()), 1);
  const Observation seen{
      .slot = 0, .step = 0, .user = user, .seed = 5, .plan = categories, .dominant = categories};
  actors.agent->Act({&seen, 1}, /*explore=*/false, scores, {});
  EXPECT_EQ(scores, rewards);
}

}  // namespace
}  // namespace lerl
