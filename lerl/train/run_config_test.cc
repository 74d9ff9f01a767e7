#include "lerl/train/run_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "lerl/sim/env_config.h"
#include "lerl/testing/data_files.h"
#include "lerl/train/run_folder.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

RunConfig Read(const std::vector<std::string>& sets, const std::string& text = "") {
  return ReadRunConfig(ConfigSource::FromText(text, "a.toml", sets));
}

TEST(RunConfig, ReadsEverySection) {
  const RunConfig config = Read({"planner.name=llm"},
                                "[data]\nname = \"ml-1m\"\n[agent]\nname = \"ppo\"\n"
                                "[agent.policy]\nhidden = 7\n[env]\nbudget = 9\n"
                                "[train]\nseeds = [4, 5]\n[evaluation]\nusers = 30\n");
  EXPECT_EQ(config.data.name, "ml-1m");
  EXPECT_EQ(config.planner.name, "llm");
  EXPECT_EQ(config.agent.learner.policy.hidden, 7);
  EXPECT_EQ(config.env->budget, 9);
  EXPECT_EQ(config.train.seeds, (std::vector<int64_t>{4, 5}));
  EXPECT_EQ(config.evaluation.users, 30);
}

TEST(RunConfig, RefusesAnUnknownSettingAndNamesTheNearest) {
  const std::string message = ErrorOf(ErrorKind::kConfig, [] { Read({"agent.ppo.clp=0.1"}); });
  EXPECT_THAT(message, HasSubstr("agent.ppo.clp"));
  EXPECT_THAT(message, HasSubstr("did you mean agent.ppo.clip?"));
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [] { Read({}, "[trian]\nseeds = [1]\n"); }),
              HasSubstr("did you mean train?"));
}

TEST(RunConfig, RefusesImpossibleValues) {
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [] { Read({"train.sessions=0"}); }),
              HasSubstr("train.sessions"));
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [] { Read({"train.seeds=[-1]"}); }),
              HasSubstr("train.seeds"));
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [] { Read({"train.seeds=[]"}); }),
              HasSubstr("names no seed"));
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [] { Read({"train.seeds=[1,2,1]"}); }),
              HasSubstr("twice"));
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [] { Read({"agent.state.transformer.heads=5"}); }),
              HasSubstr("no multiple"));
  EXPECT_THAT(
      ErrorOf(ErrorKind::kConfig, [] { Read({"response_model.transformer.network.heads=5"}); }),
      HasSubstr("response_model.transformer.network.width"));
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [] { Read({"evaluation.reorder=2"}); }),
              HasSubstr("true or false"));
}

TEST(RunConfig, RefusesUnknownAgentsAndPlannersBeforeAnythingIsLoaded) {
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [] { Read({"agent.name=pppo"}); }), HasSubstr("ppo"));
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [] { Read({"planner.name=round_robbin"}); }),
              HasSubstr("round_robin"));
}

TEST(RunConfig, TakesTheProductMaskWithLerlsOwnLowLevelAlone) {
  EXPECT_TRUE(Read({"planner.published_mask=true", "agent.name=ppo"}).planner.published_mask);
  for (const char* other : {"agent.name=td3", "agent.policy.kind=items"})
    EXPECT_THAT(ErrorOf(ErrorKind::kConfig,
                        [&] {
                          Read({"planner.published_mask=true", other});
                        }),
                HasSubstr("planner.published_mask"))
        << other;
}

TEST(RunConfig, FindsADataSetOfOnesOwnBesideTheConfiguration) {
  const TestFolder folder;
  const auto path = folder.Write("configs/run.toml", "[data]\nname = \"../own/shop.toml\"\n");
  EXPECT_EQ(ReadRunConfig(ConfigSource::FromFile(path)).data.name,
            (folder.path() / "own/shop.toml").string());
  EXPECT_EQ(ReadRunConfig(ConfigSource::FromFile(path, {"data.name=/data/shop.toml"})).data.name,
            "/data/shop.toml");
  EXPECT_EQ(ReadRunConfig(ConfigSource::FromFile(path, {"env.matrix.file=m.npy"})).env->matrix.file,
            (folder.path() / "configs/m.npy").string());
}

TEST(RunSource, LaysAFileOverItsBases) {
  const TestFolder folder;
  folder.Write("a.toml", "[env]\nbudget = 5\nslate_size = 4\n[train]\niterations = 7\n");
  folder.Write("b.toml", "base = \"a.toml\"\n[env]\nslate_size = 3\n");
  folder.Write("below/c.toml", "base = \"../b.toml\"\n[train]\niterations = 9\n");
  const RunConfig config = ReadRunConfig(RunSource(folder.path() / "below/c.toml"));
  EXPECT_EQ(config.env->budget, 5);
  EXPECT_EQ(config.slate_size(), 3);
  EXPECT_EQ(config.train.iterations, 9);
}

TEST(RunSource, NamesWhatIsNoConfigurationOfARun) {
  const TestFolder folder;
  folder.Write("rows.toml", "base = \"a.toml\"\n[[rows]]\nlabel = \"a\"\n");
  folder.Write("circle.toml", "base = \"circle.toml\"\n");
  folder.Write("number.toml", "base = 3\n");
  folder.Write("absent.toml", "base = \"nowhere.toml\"\n");
  const auto complaint = [&](const char* file) {
    return ErrorOf(ErrorKind::kConfig, [&] { RunSource(folder.path() / file); });
  };
  EXPECT_THAT(complaint("rows.toml"), testing::HasSubstr("lerl compare"));
  EXPECT_THAT(complaint("circle.toml"), testing::HasSubstr("circle"));
  EXPECT_THAT(complaint("number.toml"), testing::HasSubstr("base"));
  EXPECT_THAT(complaint("absent.toml"), testing::HasSubstr("nowhere.toml"));
}

TEST(TrainHash, OfAPlannerThatHeedsWishesIsThatOfItsBase) {
  const std::vector<std::string> heeds = {"planner.name=wish_keywords", "planner.wish.weight=3",
                                          "planner.wish.base=learned"};
  const auto with = [&heeds](const std::string& set) {
    std::vector<std::string> sets = heeds;
    sets.push_back(set);
    return Read(sets);
  };
  const RunConfig base = Read({"planner.name=learned"});
  EXPECT_EQ(TrainHash(Read(heeds)), TrainHash(base));
  EXPECT_EQ(GroupFolder("runs", Read(heeds)), GroupFolder("runs", base));
  EXPECT_NE(RowHash(Read(heeds)), RowHash(base));
  EXPECT_EQ(TrainHash(Read({"planner.name=learned", "planner.wish.weight=3"})), TrainHash(base));
  for (const char* set : {"planner.wish.train=true", "train.keep=best", "train.patience=3",
                          "planner.wish.base=popularity"})
    EXPECT_NE(TrainHash(with(set)), TrainHash(base)) << set;
  // It matters how wishes are heeded where they are heeded in training.
  EXPECT_NE(TrainHash(with("planner.wish.train=true")),
            TrainHash(Read(
                {"planner.name=wish_oracle", "planner.wish.weight=3", "planner.wish.train=true"})));
}

TEST(TrainHash, LeavesOutSeedsThreadsAndEvaluation) {
  const std::string hash = TrainHash(Read({}));
  EXPECT_EQ(TrainHash(Read({"train.seeds=[7]", "train.threads=2"})), hash);
  EXPECT_EQ(TrainHash(Read({"evaluation.users=5", "evaluation.reorder=true"})), hash);
}

TEST(RowHash, LeavesOutSeedsAndThreadsAlone) {
  const std::string hash = RowHash(Read({}));
  EXPECT_EQ(RowHash(Read({"train.seeds=[7]", "train.threads=2"})), hash);
  EXPECT_NE(RowHash(Read({"evaluation.users=5"})), hash);
  EXPECT_NE(RowHash(Read({"evaluation.reorder=true"})), hash);
}

TEST(Hashes, LeaveOutWhereAnEndpointRunsAndWhatItMayCost) {
  const auto with = [](const std::string& set) {
    return Read({"planner.llm.endpoint.urls=[\"http://a/v1\"]", set});
  };
  const std::string hash = TrainHash(with("train.iterations=40"));
  EXPECT_NE(hash, TrainHash(Read({"train.iterations=40"})));  // in process
  for (const char* set :
       {"urls=[\"http://b/v1\",\"http://c/v1\"]", "api_key_env=\"KEY\"", "budget=2",
        "budget_tokens=5", "concurrency=3", "deadline=9", "probe=false", "routing=queue",
        "imbalance=1", "url_requests=[5]", "url_tokens=[5]", "url_budgets=[5]",
        "url_prices_input=[1]", "url_prices_output=[1]"})
    EXPECT_EQ(TrainHash(with("planner.llm.endpoint." + std::string(set))), hash) << set;
  EXPECT_NE(TrainHash(with("planner.llm.endpoint.model=\"other\"")), hash);
}

TEST(Hashes, LimitsThatAreOffLeaveThemAsTheyWereBeforeThereWereSuchLimits) {
  nlohmann::json before = ConfigToJson(Read({})), after = before;
  for (const char* key : {"oldest_label", "oldest_label_seconds"})
    before["planner"]["student"].erase(key);
  EXPECT_EQ(TrainingSettings(before), TrainingSettings(after));
  EXPECT_NE(TrainHash(Read({"planner.student.oldest_label=5"})), TrainHash(Read({})));
  EXPECT_NE(TrainHash(Read({"planner.student.oldest_label_seconds=5"})), TrainHash(Read({})));
}

TEST(Hashes, AreTheSameFromAnyWorkingDirectory) {
  const TestFolder folder;
  const fs::path run = folder.Write("configs/run.toml", "data.name = \"../shop/events.toml\"\n");
  fs::create_directories(folder.path() / "elsewhere/deep");
  const auto hash_from = [&](const fs::path& directory, const std::string& set) {
    const fs::path before = fs::current_path();
    fs::current_path(directory);
    const RunConfig config = ReadRunConfig(RunSource(run).With({set}));
    const std::string hash = TrainHash(config) + RowHash(config);
    fs::current_path(before);
    return hash;
  };
  const std::string set = "env.matrix.file=\"m.npy\"", hash = hash_from(folder.path(), set);
  EXPECT_EQ(hash_from(folder.path() / "elsewhere/deep", set), hash);
  EXPECT_EQ(hash_from(folder.path() / "configs", set), hash);
  EXPECT_NE(hash_from(folder.path(), "env.matrix.file=\"n.npy\""), hash);
  EXPECT_NE(hash_from(folder.path(), "data.name=\"../other/events.toml\""), hash);
}

TEST(Hashes, ChangeWithEverySettingThatDecidesTheWeights) {
  const RunConfig base = Read({});
  for (const char* set :
       {"data.name=ml-1m", "data.like_rating=3", "split.seed=2", "response_model.model=mf",
        "env.budget=19", "env.rules=[\"lerl_slots\"]", "agent.name=random", "agent.factors.seed=2",
        "agent.policy.hidden=95", "planner.name=random", "planner.skip_last=false",
        "planner.llm.train_plans=7", "train.iterations=41", "train.sessions=127"}) {
    EXPECT_NE(TrainHash(Read({set})), TrainHash(base)) << set;
    EXPECT_NE(RowHash(Read({set})), RowHash(base)) << set;
  }
}

TEST(SetFields, SetsThemByTheirNamesAndLeavesTheOthers) {
  RunConfig config;
  config.train.iterations = 7;
  SetFields(config, {"env.budget=5", "env.rules=['temper','max_steps']", "agent.ppo.clip=0.1"});
  EXPECT_EQ(config.env->budget, 5);
  EXPECT_EQ(config.env->rules, (Names{"temper", "max_steps"}));
  EXPECT_EQ(config.agent.ppo.clip, 0.1);
  EXPECT_EQ(config.train.iterations, 7);
  EXPECT_THROW(SetFields(config, {"env.budgets=5"}), Error);
}

TEST(RunConfig, IsCopiedWithItsEnvironment) {
  RunConfig config;
  SetFields(config, {"env.slate_size=3"});
  const RunConfig copy = config;
  SetFields(config, {"env.slate_size=4"});
  EXPECT_EQ(copy.slate_size(), 3);
  EXPECT_NE(TrainHash(copy), TrainHash(config));
}

}  // namespace
}  // namespace lerl
