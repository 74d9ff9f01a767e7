#include "lerl/train/world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "lerl/agents/registry.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/llm/scripted_backend.h"
#include "lerl/planner/registry.h"
#include "lerl/sim/response/response_store.h"
#include "lerl/sim/rules/leave_rules.h"
#include "lerl/sim/tasks.h"
#include "lerl/testing/given_responses.h"
#include "lerl/testing/small_world.h"
#include "lerl/train/player.h"

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

TEST(LoadWorld, OpensThoseWhoAreJudgedAndThoseWhoTrainAndNobodyElse) {
  const TestFolder folder;
  const ScopedVariable cache("LERL_CACHE_DIR", (folder.path() / "cache").string());
  RunConfig config = TinyRun();
  config.data.name = WriteTinyCsv(folder).string();
  config.split.train_users = 0.4;  // so that there are sealed users
  for (const HeldOut judged : {HeldOut::kValidation, HeldOut::kTest, HeldOut::kSealed}) {
    const auto world = LoadWorld(config, judged);
    EXPECT_EQ(world->judged, judged);
    ASSERT_EQ(world->split.sealed_users.size(), 10U);
    const std::unique_ptr<Env> env = MakeWorldEnv(*world, *config.env, 1);
    for (const auto* users : UserLists(world->split)) {
      const bool open = users == &world->split.train_users || users == &world->split.valid_users ||
                        users == &HeldOutUsers(world->split, judged);
      for (const int32_t user : *users) {
        if (open)
          EXPECT_NO_THROW(env->Start(0, user, 1));
        else
          EXPECT_THROW(env->Start(0, user, 1), Error);
      }
    }
  }
  EXPECT_EQ(LoadWorld(config)->judged, HeldOut::kValidation) << "who trains or tunes";
}

TEST(LoadWorld, CutsWhatPoliciesKnowAndNotWhatUsersAreLike) {
  const TestFolder folder;
  const ScopedVariable cache("LERL_CACHE_DIR", (folder.path() / "cache").string());
  RunConfig config = TinyRun();
  config.data.name = WriteTinyCsv(folder).string();
  const auto whole = LoadWorld(config);
  SetFields(config, {"split.known_rows=1"});
  const auto cold = LoadWorld(config);
  EXPECT_EQ(whole->truth, nullptr);
  ASSERT_NE(cold->truth, nullptr);
  EXPECT_EQ(cold->truth->split.train_end, whole->split.train_end);
  const int32_t user = cold->split.valid_users[0];
  EXPECT_EQ(cold->split.train_end[At(user)], cold->dataset.RowsBegin(user) + 1);
}

TEST(RequireSpread, RefusesAWorldInWhichAllItemsEarnTheSame) {
  const RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  const int behaviours = static_cast<int>(world->dataset.num_behaviours());
  std::vector<float> logits(At(world->dataset.num_items() * behaviours));
  world->response_model = std::make_shared<FixedResponse>(logits, behaviours);
  EXPECT_THAT(SpreadProblem(*world, *config.env), HasSubstr("can't be told apart"));
  EXPECT_THAT([&] { RequireSpread(*world, *config.env); },
              ::testing::ThrowsMessage<Error>(HasSubstr("1.3 is needed")));
  for (size_t i = 0; i < logits.size(); ++i) logits[i] = i / At(behaviours) % 2 == 0 ? 3.0f : -3.0f;
  world->response_model = std::make_shared<FixedResponse>(logits, behaviours);
  EXPECT_EQ(SpreadProblem(*world, *config.env), "");
  EXPECT_NO_THROW(RequireSpread(*world, *config.env));
}

TEST(LoadWorld, SaysWhichDataAreMissing) {
  RunConfig config = TinyRun();
  config.data.name = "absent/shop.toml";
  EXPECT_THAT([&] { LoadWorld(config); },
              ::testing::ThrowsMessage<Error>(HasSubstr("absent/shop.toml")));
}

TEST(LoadWorld, HasTheMatrixOfTheMatrixTaskAndPlaysItsUsersAlone) {
  const TestFolder folder;
  const ScopedVariable cache("LERL_CACHE_DIR", (folder.path() / "cache").string());
  std::string rows = "user_id,video_id,timestamp,watch_ratio\n";
  for (const char* user : {"0", "1", "3", "4", "5"})
    for (const char* video : {"0", "3", "7"})
      rows += std::string(user) + "," + video + ",,0." + user + video + "\n";
  folder.CopyFrom(SampleFolder() / "kuairec");
  std::filesystem::create_directory(folder.path() / "all");
  std::filesystem::rename(folder.path() / "data", folder.path() / "all/kuairec");
  folder.Write("all/kuairec/small_matrix.csv", rows);
  const ScopedVariable data("LERL_DATA_DIR", (folder.path() / "all").string());
  RunConfig config = TinyRun();
  config.data.name = "kuairec";
  config.split = {.min_past = 2, .train_users = 0.5};
  SetFields(config, {"env.task=matrix", "env.slate_size=1", "env.exclude_history=false",
                     "env.matrix.like_at_least=0.3"});
  const auto world = LoadWorld(config, HeldOut::kTest);
  EXPECT_EQ(world->matrix->matrix().rows, 5);
  const int32_t user = FindUser(world->dataset, "2"), other = FindUser(world->dataset, "4");
  for (const auto* part :
       {&world->split.train_users, &world->split.valid_users, &world->split.test_users})
    EXPECT_EQ(std::count(part->begin(), part->end(), user), 0);
  EXPECT_FLOAT_EQ(world->matrix->Value(other, static_cast<int32_t>(ItemOf(world->dataset, "7"))),
                  0.47f);
  const Actors actors = MakeActors(*world, config, 1);
  actors.env->Start(0, other, 1);
  EXPECT_EQ(actors.env->Observe(0).items_left, 3);
  SetFields(config, {"env.task=whole_session"});
  EXPECT_EQ(LoadWorld(config)->matrix, nullptr);
}

TEST(WorldHash, CoversWhatLoadWorldReadsAndNothingElse) {
  const RunConfig base = TinyRun();
  const auto with = [&](const std::vector<std::string>& sets) {
    RunConfig config = base;
    SetFields(config, sets);
    return WorldHash(config);
  };
  const std::string hash = WorldHash(base);
  EXPECT_EQ(with({"env.rho=0"}), hash);
  EXPECT_EQ(with({"agent.policy.hidden=9"}), hash);
  EXPECT_EQ(with({"planner.name=none"}), hash);
  EXPECT_EQ(with({"train.seeds=[9]"}), hash);
  EXPECT_NE(with({"data.name=ml-1m"}), hash);
  EXPECT_NE(with({"split.min_past=9"}), hash);
  EXPECT_NE(with({"split.known_rows=3"}), hash);
  EXPECT_NE(with({"split.new_items=0.3"}), hash);
  EXPECT_NE(with({"agent.item_features=neighbours"}), hash);
  EXPECT_NE(with({"response_model.mf.seed=9"}), hash);
  EXPECT_NE(with({"agent.factors.seed=9"}), hash);
  EXPECT_EQ(with({"env.matrix.source=fitted"}), hash);
  const std::string matrix = "env.task=matrix";
  const std::string matrix_hash = with({matrix});
  EXPECT_NE(matrix_hash, hash);
  EXPECT_EQ(with({matrix, "env.matrix.mode=NX_0"}), matrix_hash);
  EXPECT_NE(with({matrix, "env.matrix.source=fitted"}), matrix_hash);
  EXPECT_NE(with({matrix, "env.matrix.mf.seed=9"}), matrix_hash);
  const std::string evolving = "env.task=evolving";
  EXPECT_EQ(with({evolving, "env.evolving.kappa=9"}), with({evolving}));
  EXPECT_NE(with({evolving, "env.evolving.mf.seed=9"}), with({evolving}));
}

TEST(MakeActors, GivesEnvironmentAgentAndPlansOfTheConfiguration) {
  RunConfig config = TinyRun();
  config.agent.name = "greedy";
  const auto world = TinyWorld(config);
  const Actors actors = MakeActors(*world, config, 1);
  EXPECT_EQ(actors.env->slots(), config.train.slots);
  EXPECT_EQ(actors.env->slate_size(), config.slate_size());
  EXPECT_EQ(actors.agent->name(), "greedy");
  EXPECT_EQ(actors.plans->planner().name(), "random");
}

TEST(MakeActors, GivesTheOracleTheRewardsOfItsOwnEnvironment) {
  RunConfig config = TinyRun();
  config.agent.name = "greedy";
  const auto world = TinyWorld(config);
  const Actors actors = MakeActors(*world, config, 1);
  const auto items = At(world->dataset.num_items());
  std::vector<float> rewards(items), scores(items);
  const int32_t user = world->split.test_users[0];
  actors.env->Start(0, user, 5);
  actors.agent->Prepare(static_cast<int>(config.train.slots));
  actors.agent->Start(0, user);
  actors.env->OracleRewards(0, rewards);
  const std::vector<uint8_t> categories(At(world->dataset.num_categories()), 1);
  const Observation seen{
      .slot = 0, .step = 0, .user = user, .seed = 5, .plan = categories, .dominant = categories};
  actors.agent->Act({&seen, 1}, /*explore=*/false, scores, {});
  EXPECT_EQ(scores, rewards);
}

const World& SharedTinyWorld() {
  static const std::unique_ptr<World> world = TinyWorld(TinyRun());
  return *world;
}

std::vector<SessionSpec> TinySpecs(size_t sessions) {
  const std::vector<int32_t>& users = SharedTinyWorld().split.train_users;
  std::vector<SessionSpec> specs;
  for (size_t i = 0; i < sessions; ++i)
    specs.push_back({users[i % users.size()], DeriveSeed(9, "session", i)});
  return specs;
}

// Shows the lowest ids and keeps the seeds that it is given.
class SeedKeeper : public Agent {
 public:
  std::string name() const override { return "seed keeper"; }
  void Prepare(int) override {}
  void Start(int, int32_t) override {}
  void Observe(std::span<const Shown>) override {}
  void Save(TensorFile&) const override {}
  void Load(const TensorFile&) override {}
  void Act(std::span<const Observation> observations, bool, std::span<float> scores,
           std::span<float>) override {
    std::fill(scores.begin(), scores.end(), 0.0f);
    for (const Observation& seen : observations) seeds.insert(seen.seed);
  }
  std::set<uint64_t> seeds;
};

TEST(MakeActors, GivesAgentsASeedOfTheirOwnForEachSession) {
  const World& world = SharedTinyWorld();
  const Actors actors = MakeActors(world, TinyRun(), /*seed=*/1);
  actors.plans->planner().BeginIteration(4, PlanMode::kTraining);
  SeedKeeper agent;
  const std::vector<SessionSpec> specs = TinySpecs(5);
  PlaySessions(world.dataset, *actors.env, agent, *actors.plans, specs, {});
  EXPECT_EQ(agent.seeds.size(), 5U);
  for (const SessionSpec& spec : specs) EXPECT_EQ(agent.seeds.count(spec.seed), 0U);
}

// The sessions that a registered agent plays after it has learned from two logs: with the truth of
// the simulator in them, or with other values in its place.
SessionLog PlayAfterLearning(const std::string& name, bool poisoned) {
  const World& world = SharedTinyWorld();
  RunConfig config = TinyRun();
  config.agent.name = name;
  const Actors actors = MakeActors(world, config, /*seed=*/1);
  const auto play = [&](uint64_t first, PlanMode mode) {
    std::vector<SessionSpec> specs = TinySpecs(6);
    for (SessionSpec& spec : specs) spec.seed = DeriveSeed(spec.seed, "round", first);
    return PlaySessions(world.dataset, *actors.env, *actors.agent, *actors.plans, specs,
                        {.mode = mode});
  };
  actors.plans->planner().BeginIteration(4, PlanMode::kTraining);
  if (actors.agent->learns()) actors.agent->WarmStart();
  for (const uint64_t round : {1, 2}) {
    SessionLog log = play(round, PlanMode::kTraining);
    if (poisoned) {
      std::ranges::fill(log.expected, std::numeric_limits<float>::quiet_NaN());
      for (uint64_t& seed : log.seed) seed = ~seed;
    }
    if (actors.agent->learns()) actors.agent->Update(log);
  }
  return play(3, PlanMode::kTraining);
}

TEST(MakeActors, KeepsExpectedRewardsAndSeedsOfTheEnvironmentFromEveryAgent) {
  for (const AgentRow& row : AgentRows()) {
    const std::string name(row.name);
    EXPECT_TRUE(SameSessions(PlayAfterLearning(name, false), PlayAfterLearning(name, true)))
        << name;
  }
}

// Every row of the tables can be chosen by its name in a configuration, and plays.
class ChosenByName : public ::testing::Test {
 protected:
  struct Played {
    std::unique_ptr<World> world;
    Actors actors;
  };
  Played Play(std::vector<std::string> sets) const {
    sets.insert(sets.begin(), {"env.matrix.source=fitted", "env.matrix.like_at_least=0.5",
                               "env.matrix.mf.epochs=2", "env.evolving.mf.epochs=2"});
    const RunConfig config = ReadRunConfig(
        ConfigSource::FromText(kTinyConfig, (folder_.path() / "run.toml").string(), sets));
    Played played{.world = LoadWorld(config), .actors = {}};
    const World& world = *played.world;
    played.actors = MakeActors(world, config, 1, {.backend = MakeScriptedBackend({})});
    const Actors& actors = played.actors;
    actors.plans->planner().BeginIteration(1, PlanMode::kTraining);
    const std::vector<SessionSpec> specs = {{world.split.train_users[0], 1},
                                            {world.split.train_users[1], 2}};
    const SessionLog log =
        PlaySessions(world.dataset, *actors.env, *actors.agent, *actors.plans, specs, {});
    for (const int32_t length : log.length) EXPECT_GT(length, 0);
    return played;
  }

  const TestFolder folder_;
  const ScopedVariable cache_{"LERL_CACHE_DIR", (folder_.path() / "cache").string()};
  const std::filesystem::path data_ = WriteTinyCsv(folder_);
};

TEST_F(ChosenByName, EveryTask) {
  for (const TaskRow& row : TaskRows()) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(&FindTaskRow(row.name), &row);
    const Played played = Play({"env.task=" + std::string(row.name)});
    EXPECT_EQ(played.world->matrix != nullptr, row.needs_matrix);
    EXPECT_EQ(played.world->evolving != nullptr, row.needs_evolving);
  }
}

// The other tasks have an end of their own, and leave the rules unread.
TEST_F(ChosenByName, EveryLeaveRuleInATaskThatReadsThem) {
  for (const LeaveRuleRow& row : LeaveRuleRows()) {
    EXPECT_EQ(&FindLeaveRule(row.name), &row);
    std::string refusals;
    bool played = false;
    for (const std::string task : {"whole_session", "matrix"}) {
      try {
        Play({"env.task=" + task, "env.rules=['" + std::string(row.name) + "', 'max_steps']"});
        played = true;
      } catch (const Error& error) {
        refusals += "\n" + task + ": " + error.what();
      }
    }
    EXPECT_TRUE(played) << row.name
                        << " is registered, and no configuration can have it:" << refusals;
  }
}

TEST_F(ChosenByName, EveryAgent) {
  for (const AgentRow& row : AgentRows()) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(&FindAgentRow(row.name), &row);
    EXPECT_EQ(Play({"agent.name=" + std::string(row.name)}).actors.agent->name(), row.name);
  }
}

TEST_F(ChosenByName, EveryPlanner) {
  for (const PlannerRow& row : PlannerRows()) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(&FindPlannerRow(row.name), &row);
    const Played played = Play({"planner.name=" + std::string(row.name)});
    EXPECT_EQ(played.actors.plans->planner().name(), row.name);
  }
}

TEST_F(ChosenByName, EveryResponseModel) {
  for (const ResponseModelRow& row : ResponseModelRows()) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(&FindResponseModel(row.name), &row);
    const Played played = Play(
        {"response_model.model=" + std::string(row.name), "response_model.transformer.epochs=1"});
    EXPECT_EQ(played.world->response_model->name(), row.name);
  }
}

}  // namespace
}  // namespace lerl
