#include "lerl/train/run_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lerl/base/file.h"
#include "lerl/base/log.h"
#include "lerl/base/version.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

RunConfig TwoSeeds() {
  RunConfig config;
  config.train.seeds = {1, 2};
  return config;
}

// Writes a run of one seed that finished at `time`; it is still running where `time` is empty.
void WriteRun(const fs::path& root, const RunConfig& config, int64_t seed,
              const std::string& time) {
  const fs::path folder = SeedFolder(GroupFolder(root, config), seed);
  nlohmann::json run = {{"status", time.empty() ? "running" : "finished"},
                        {"train_hash", TrainHash(config)}};
  if (!time.empty()) run["finished"] = time;
  WriteRunFile(folder, run);
  WriteFileWhole(folder / "checkpoint.safetensors", "weights");
}

TEST(GroupFolder, IsNamedByAgentPlannerAndTrainingHash) {
  const RunConfig config = TwoSeeds();
  EXPECT_EQ(GroupFolder("runs", config),
            fs::path("runs") / ("ppo+none-" + TrainHash(config).substr(0, 8)));
  EXPECT_EQ(SeedFolder("runs/a", 17), fs::path("runs/a/seed-17"));
}

TEST(RunFile, ComesBackAsItWasWritten) {
  const TestFolder folder;
  EXPECT_FALSE(ReadRunFile(folder.path()).has_value());
  WriteRunFile(folder.path(), {{"status", "running"}, {"seed", 3}});
  EXPECT_EQ(ReadRunFile(folder.path())->at("seed"), 3);
}

TEST(RunFile, ThatIsDamagedIsNamed) {
  const TestFolder folder;
  for (const char* text : {"", "{\"status\": ", "[]", "3"}) {
    folder.Write("run.json", text);
    EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint, [&] { ReadRunFile(folder.path()); }),
                HasSubstr((folder.path() / "run.json").string()))
        << text;
  }
}

TEST(FindFinishedGroup, PicksTheNewestAtAnyDepth) {
  const TestFolder folder;
  const RunConfig config = TwoSeeds();
  for (const int64_t seed : config.train.seeds) {
    WriteRun(folder.path() / "a", config, seed, "2026-01-01T10:00:00Z");
    WriteRun(folder.path() / "b/deep", config, seed, "2026-01-03T10:00:00Z");
    WriteRun(folder.path() / "c", config, seed, "2026-01-02T10:00:00Z");
  }
  EXPECT_EQ(FindFinishedGroup(folder.path(), config),
            GroupFolder(folder.path() / "b/deep", config));
}

TEST(FindFinishedGroup, IgnoresGroupsWithAnUnfinishedOrMissingSeed) {
  const TestFolder folder;
  const RunConfig config = TwoSeeds();
  for (const int64_t seed : config.train.seeds)
    WriteRun(folder.path() / "old", config, seed, "2026-01-01T10:00:00Z");
  WriteRun(folder.path() / "running", config, 1, "2026-01-05T10:00:00Z");
  WriteRun(folder.path() / "running", config, 2, "");
  WriteRun(folder.path() / "half", config, 1, "2026-01-06T10:00:00Z");
  EXPECT_EQ(FindFinishedGroup(folder.path(), config), GroupFolder(folder.path() / "old", config));
}

TEST(FindFinishedGroup, IgnoresARunWithoutItsCheckpoint) {
  const TestFolder folder;
  const RunConfig config = TwoSeeds();
  for (const int64_t seed : config.train.seeds)
    WriteRun(folder.path(), config, seed, "2026-01-01T10:00:00Z");
  fs::remove(SeedFolder(GroupFolder(folder.path(), config), 2) / "checkpoint.safetensors");
  EXPECT_THROW(FindFinishedGroup(folder.path(), config), Error);
}

TEST(FindFinishedGroup, TellsThatThereIsNoneAndWhatToDo) {
  const TestFolder folder;
  const RunConfig config = TwoSeeds();
  RunConfig other = config;
  other.env.budget = 7;
  for (const int64_t seed : config.train.seeds)
    WriteRun(folder.path(), other, seed, "2026-01-01T10:00:00Z");
  for (const fs::path& root : {folder.path(), folder.path() / "absent"})
    EXPECT_THAT(ErrorOf(ErrorKind::kNoRun, [&] { FindFinishedGroup(root, config); }),
                HasSubstr("run `lerl train --config ...` first"));
}

TEST(KeepMetrics, CutsLinesAfterTheIterationAndWhatWasWrittenHalf) {
  const TestFolder folder;
  folder.Write("metrics.jsonl",
               "{\"iteration\":0}\n{\"iteration\":1}\n{\"iteration\":2}\n{\"iterat");
  EXPECT_THAT(KeepMetrics(folder.path(), 1), ElementsAre("{\"iteration\":0}", "{\"iteration\":1}"));
  EXPECT_EQ(ReadFile(folder.path() / "metrics.jsonl"), "{\"iteration\":0}\n{\"iteration\":1}\n");
}

TEST(KeepMetrics, StartsAnEmptyFile) {
  const TestFolder folder;
  EXPECT_TRUE(KeepMetrics(folder.path(), 5).empty());
  EXPECT_EQ(ReadFile(folder.path() / "metrics.jsonl"), "");
}

class StaleRunTest : public ::testing::Test {
 protected:
  std::string Why(const nlohmann::json& run) {
    WriteRunFile(folder_.path() / "seed-1", run);
    return StaleRun(folder_.path() / "seed-1", config_, "data", 1);
  }
  nlohmann::json RunOf(const std::vector<std::string>& commits) const {
    return {{"dataset", "data"},
            {"commits", commits},
            {"behaviour", BehaviourHash(config_, "data", 1, commits)}};
  }

  const RunConfig config_;
  const TestFolder folder_;
};

TEST_F(StaleRunTest, IsNoneThatThisProgramWouldMakeTheSameWay) {
  EXPECT_EQ(StaleRun(folder_.path() / "absent", config_, "data", 1), "");
  EXPECT_EQ(Why(RunOf({Commit()})), "");
}

TEST_F(StaleRunTest, NamesTheCommitsThatMadeIt) {
  EXPECT_EQ(Why(RunOf({"abc"})), "trained at abc");
  EXPECT_EQ(Why(RunOf({"abc", Commit()})), "trained at abc and " + Commit());
  EXPECT_EQ(Why({{"dataset", "data"}, {"commit", Commit()}}),
            "trained at " + Commit() + ", before runs had a hash");
  nlohmann::json other = RunOf({Commit()});
  other["dataset"] = "others";
  other["behaviour"] = BehaviourHash(config_, "others", 1, {Commit()});
  EXPECT_EQ(Why(other), "trained on other data");
}

TEST_F(StaleRunTest, IsSetAsideInPlaceOfAnEarlierOne) {
  for (const char* commit : {"abc", "def"}) {
    Why(RunOf({commit}));
    SetAside(folder_.path() / "seed-1");
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "seed-1"));
    EXPECT_EQ(ReadRunFile(folder_.path() / "seed-1.stale").value()["commits"][0], commit);
  }
}

TEST(CommitsGoingOn, EndWithTheOneOfThisProgram) {
  SetLogQuiet(true);
  const auto commits = [](const nlohmann::json& run) { return CommitsGoingOn(run, "run"); };
  using Names = std::vector<std::string>;
  EXPECT_EQ(commits({{"commits", {Commit()}}}), Names{Commit()});
  EXPECT_EQ(commits({{"commits", {"abc"}}}), (Names{"abc", Commit()}));
  EXPECT_EQ(commits({{"commit", "abc"}}), (Names{"abc", Commit()}));
  SetLogQuiet(false);
}

}  // namespace
}  // namespace lerl
