#include "lerl/train/tuning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/json_file.h"
#include "lerl/base/log.h"
#include "lerl/base/progress.h"
#include "lerl/base/version.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Tuning : public ::testing::Test {
 protected:
  Tuning() {
    WriteTinyCsv(folder_);
    folder_.Write("run.toml", kTinyConfig);
    Progress::SetQuiet(true);
    SetLogQuiet(true);
  }

  TuneOptions Options(int64_t trials, const std::string& out = "out") const {
    return {.agent = "a2c",
            .trials = trials,
            .seed = 3,
            .folder = folder_.path() / out,
            .study = {.launch = {.workers = 2}}};
  }
  TuneResult Run(const TuneOptions& options, const std::vector<std::string>& sets = {}) const {
    return Tune(ConfigSource::FromFile(folder_.path() / "run.toml", sets), options);
  }

  const TestFolder folder_;
  const ScopedVariable cache_{"LERL_CACHE_DIR", (folder_.path() / "cache").string()};
};

TEST_F(Tuning, BeginsWithTheSettingsAsTheyStandAndFindsTheBestOfItsTrials) {
  const TuneResult result = Run(Options(4));
  ASSERT_TRUE(result.finished());
  ASSERT_EQ(result.trials.size(), 4);
  EXPECT_TRUE(result.trials[0].settings.empty());
  for (const Trial& trial : result.trials) {
    EXPECT_EQ(trial.values.size(), 2);  // training seeds
    EXPECT_LE(trial.mean(), result.best().mean());
  }
  EXPECT_NE(result.trials[1].settings, result.trials[2].settings);
  EXPECT_FALSE(fs::exists(folder_.path() / "out/trial-0001"));  // its runs have done their work
}

TEST_F(Tuning, ComesToTheSameTrialsWithAnyNumberOfJobsAndAfterFewer) {
  TuneOptions alone = Options(3, "alone");
  alone.study.launch.workers = 1;
  Run(Options(2));
  EXPECT_EQ(TuneJson(Run(Options(3))).dump(), TuneJson(Run(alone)).dump());
}

TEST_F(Tuning, JudgesARunThatKeepsItsBestPointByThatPoint) {
  const TuneResult last = Run(Options(2)), best = Run(Options(2, "best"), {"train.keep=best"});
  for (size_t trial = 0; trial < 2; ++trial)
    for (size_t seed = 0; seed < 2; ++seed)
      EXPECT_GE(best.trials[trial].values[seed], last.trials[trial].values[seed]);
}

TEST_F(Tuning, WritesWhatAConfigurationReads) {
  const TuneResult result = Run(Options(3));
  const std::string text = BestToml(result, "lerl tune");
  EXPECT_THAT(text, HasSubstr("#   lerl tune\n"));
  RunConfig config;
  ConfigSource::FromText(text, "best.toml").Read(config);
  EXPECT_EQ(config.agent.name, "a2c");
  RunConfig expected;
  ConfigSource::FromText("", "sets", TrialSets("a2c", result.best())).Read(expected);
  EXPECT_EQ(TrainHash(config), TrainHash(expected));
}

TEST_F(Tuning, NeverPlaysATestOrSealedUser) {
  // A quarter of the users trains and a quarter validates; half of the rest is sealed.
  const std::vector<std::string> sets = {"split.train_users=0.25", "split.valid_users=0.25",
                                         "response_model.mf.epochs=60"};
  const Split split =
      MakeSplit(TinyDataset(), SplitConfig{.train_users = 0.25, .valid_users = 0.25});
  ASSERT_EQ(split.test_users.size(), 10U);
  ASSERT_EQ(split.sealed_users.size(), 10U);
  const auto poison = [&](const std::vector<const std::vector<int32_t>*>& lists) {
    WriteTinyCsv(folder_, [&](int32_t user) {
      return std::ranges::any_of(
          lists, [&](const auto* list) { return std::ranges::binary_search(*list, user); });
    });
  };
  poison({&split.test_users, &split.sealed_users});
  EXPECT_TRUE(Run(Options(2), sets).finished());
  // The poison works: those who do play can't be poisoned.
  poison({&split.valid_users});
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { Run(Options(2, "other"), sets); }),
              HasSubstr("items that may be shown"));
}

TEST_F(Tuning, ATrialOfOtherTypesIsDamaged) {
  Run(Options(1));
  const fs::path path = folder_.path() / "out/trial-0000.json";
  const nlohmann::json whole = TryReadJsonFile(path);
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  std::vector<std::string> texts = {deep, "{\"values\": " + deep + "}", "[]", "null", ""};
  for (const char* name : {"values", "search"}) {
    for (const nlohmann::json& wrong : {nlohmann::json(), nlohmann::json(3), nlohmann::json("x"),
                                        nlohmann::json({1, "x"}), nlohmann::json::array()}) {
      if (std::string(name) == "search" && wrong.is_string()) continue;  // of another search
      nlohmann::json trial = whole;
      trial[name] = wrong;
      texts.push_back(trial.dump());
    }
  }
  for (const std::string& text : texts) {
    WriteFileWhole(path, text);
    EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint, [&] { Run(Options(1)); }), HasSubstr("damaged"))
        << text.substr(0, 200);
  }
}

TEST_F(Tuning, RefusesWhatItCannotSearch) {
  TuneOptions options = Options(1);
  options.agent = "random";
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [&] { Run(options); }),
              HasSubstr("'random' has no settings to tune; these have: "));
  options.agent = "a2d";
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [&] { Run(options); }), HasSubstr("did you mean 'a2c'"));
  EXPECT_FALSE(fs::exists(options.folder));
}

TEST_F(Tuning, MakesTrialsOfAnotherCommitAnewUnlessTheyAreToBeReused) {
  Run(Options(2));
  const fs::path file = folder_.path() / "out/trial-0001.json";
  nlohmann::json trial = TryReadJsonFile(file);
  const nlohmann::json values = trial["values"];
  trial["commit"] = "abc";
  trial["values"] = {1000, 1000};
  WriteJsonFile(file, trial);
  TuneOptions reusing = Options(2);
  reusing.reuse_stale = true;
  const TuneResult reused = Run(reusing);
  EXPECT_EQ(reused.best().number, 1);
  EXPECT_THAT(BestToml(reused, "lerl tune"), HasSubstr("# Stale: trial 1 was made at abc."));
  const TuneResult anew = Run(Options(2));
  EXPECT_EQ(nlohmann::json(anew.trials[1].values), values);
  EXPECT_THAT(BestToml(anew, "lerl tune"), ::testing::Not(HasSubstr("Stale")));
  EXPECT_EQ(BestToml(anew, "lerl tune").find("# Draft") != std::string::npos,
            !CanBeMadeAgain(Commit()));
}

TEST_F(Tuning, RefusesTheFolderOfAnotherSearchAndDamagedTrials) {
  Run(Options(1));
  EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint, [&] { Run(Options(1), {"train.iterations=1"}); }),
              HasSubstr("choose another folder"));
  folder_.Write("out/trial-0000.json", "{");
  EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint, [&] { Run(Options(1)); }), HasSubstr("damaged"));
}

}  // namespace
}  // namespace lerl
