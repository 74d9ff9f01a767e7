#include "lerl/train/run_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lerl/base/config.h"
#include "lerl/base/file.h"
#include "lerl/testing/data_files.h"
#include "lerl/train/run_folder.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

RunConfig TwoSeeds() {
  RunConfig config;
  config.train.seeds = {1, 2};
  return config;
}

// Writes a run of one seed that finished at `time`; it is still running where `time` is empty.
void WriteSearchedRun(const fs::path& root, const RunConfig& config, int64_t seed,
                      const std::string& time) {
  const fs::path folder = SeedFolder(GroupFolder(root, config), seed);
  nlohmann::json run = {{"status", time.empty() ? "running" : "finished"},
                        {"train_hash", TrainHash(config)},
                        {"config", ConfigToJson(config)}};
  if (!time.empty()) run["finished"] = time;
  WriteRunFile(folder, run);
  WriteFileWhole(folder / "checkpoint.safetensors", "weights");
}

TEST(FindFinishedGroup, PicksTheNewestAtAnyDepth) {
  const TestFolder folder;
  const RunConfig config = TwoSeeds();
  for (const int64_t seed : config.train.seeds) {
    WriteSearchedRun(folder.path() / "a", config, seed, "2026-01-01T10:00:00Z");
    WriteSearchedRun(folder.path() / "b/deep", config, seed, "2026-01-03T10:00:00Z");
    WriteSearchedRun(folder.path() / "c", config, seed, "2026-01-02T10:00:00Z");
  }
  EXPECT_EQ(FindFinishedGroup(folder.path(), config),
            GroupFolder(folder.path() / "b/deep", config));
}

TEST(FindFinishedGroup, IgnoresGroupsWithAnUnfinishedOrMissingSeed) {
  const TestFolder folder;
  const RunConfig config = TwoSeeds();
  for (const int64_t seed : config.train.seeds)
    WriteSearchedRun(folder.path() / "old", config, seed, "2026-01-01T10:00:00Z");
  WriteSearchedRun(folder.path() / "running", config, 1, "2026-01-05T10:00:00Z");
  WriteSearchedRun(folder.path() / "running", config, 2, "");
  WriteSearchedRun(folder.path() / "half", config, 1, "2026-01-06T10:00:00Z");
  EXPECT_EQ(FindFinishedGroup(folder.path(), config), GroupFolder(folder.path() / "old", config));
}

TEST(FindFinishedGroup, IgnoresARunWithoutItsCheckpoint) {
  const TestFolder folder;
  const RunConfig config = TwoSeeds();
  for (const int64_t seed : config.train.seeds)
    WriteSearchedRun(folder.path(), config, seed, "2026-01-01T10:00:00Z");
  fs::remove(SeedFolder(GroupFolder(folder.path(), config), 2) / "checkpoint.safetensors");
  EXPECT_THROW(FindFinishedGroup(folder.path(), config), Error);
}

TEST(FindFinishedGroup, TellsThatThereIsNoneAndWhatToDo) {
  const TestFolder folder;
  const RunConfig config = TwoSeeds();
  RunConfig other = config;
  SetFields(other, {"env.budget=7"});
  for (const int64_t seed : config.train.seeds)
    WriteSearchedRun(folder.path(), other, seed, "2026-01-01T10:00:00Z");
  for (const fs::path& root : {folder.path(), folder.path() / "absent"})
    EXPECT_THAT(ErrorOf(ErrorKind::kNoRun, [&] { FindFinishedGroup(root, config); }),
                HasSubstr("run `lerl train --config ...` first"));
}

TEST(FindFinishedGroup, NamesTheNearestRunAndWhatDiffers) {
  const TestFolder folder;
  const RunConfig config = TwoSeeds();
  RunConfig other = config;
  SetFields(other, {"env.budget=7"});
  WriteSearchedRun(folder.path(), other, 1, "2026-01-01T10:00:00Z");
  RunConfig farther = other;
  farther.planner.name = "random";
  WriteSearchedRun(folder.path() / "below", farther, 1, "");
  folder.Write("damaged/seed-1/run.json", "{");
  const auto error = [&] {
    return ErrorOf(ErrorKind::kNoRun, [&] { FindFinishedGroup(folder.path(), config); });
  };
  EXPECT_THAT(error(), HasSubstr(GroupFolder(folder.path(), other).string() +
                                 ", differs in env.budget (7 there, 20 here);"));
  // The run itself, with a seed that has not finished.
  WriteSearchedRun(folder.path(), config, 1, "2026-01-01T10:00:00Z");
  EXPECT_THAT(error(), HasSubstr(GroupFolder(folder.path(), config).string() +
                                 ", lacks a finished run of every seed in train.seeds;"));
}

// All differ in one setting alone, the planner.
TEST(FindNearestRun, PrefersAPlannerThatIsALanguageModelsToo) {
  const TestFolder folder;
  RunConfig wanted = TwoSeeds();
  wanted.planner.name = "llm";
  for (const char* name : {"none", "llm_table", "random"}) {
    RunConfig other = wanted;
    other.planner.name = name;
    const fs::path root = folder.path() / (std::string(name) == "llm_table" ? "z" : "a");
    WriteSearchedRun(root, other, 1, "2026-01-01T10:00:00Z");
  }
  EXPECT_THAT(FindNearestRun(folder.path(), wanted)->group.string(), HasSubstr("/z/"));
  wanted.planner.name = "popularity";
  EXPECT_THAT(FindNearestRun(folder.path(), wanted)->group.string(), HasSubstr("/a/"));
}

TEST(FindNearestRun, LeavesOutWhatHasNotFinishedWhenAsked) {
  const TestFolder folder;
  const RunConfig wanted = TwoSeeds();
  WriteSearchedRun(folder.path() / "a", wanted, 1, "");
  EXPECT_TRUE(FindNearestRun(folder.path(), wanted).has_value());
  EXPECT_FALSE(FindNearestRun(folder.path(), wanted, /*finished=*/true).has_value());
  RunConfig other = wanted;
  SetFields(other, {"env.budget=7"});
  WriteSearchedRun(folder.path() / "b", other, 1, "2026-01-01T10:00:00Z");
  EXPECT_EQ(FindNearestRun(folder.path(), wanted, true)->group,
            GroupFolder(folder.path() / "b", other));
}

TEST(NearestRun, ShowsThreeSettingsAndHowManyMore) {
  const NearestRun run = {
      "runs/a",
      {{"a", "1", "2"}, {"b", "nothing", "3"}, {"c", "1", "2"}, {"d", "1", "2"}, {"e", "1", "2"}}};
  EXPECT_EQ(NearestRunText(run),
            "runs/a, differs in a (1 there, 2 here), b (nothing there, 3 here), c (1 there, 2 "
            "here) and 2 more settings");
}

}  // namespace
}  // namespace lerl
