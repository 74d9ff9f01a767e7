#include "lerl/train/run_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lerl/base/file.h"
#include "lerl/base/log.h"
#include "lerl/base/version.h"
#include "lerl/planner/llm/named_files.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST(GroupFolder, IsNamedByAgentPlannerAndTrainingHash) {
  const RunConfig config;
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

TEST(RunFile, WithAFieldOfAnotherTypeOrNestedTooDeepIsDamaged) {
  const TestFolder folder;
  const auto says = [&](const std::string& text) {
    folder.Write("run.json", text);
    return ErrorOf(ErrorKind::kCheckpoint, [&] { ReadRunFile(folder.path()); });
  };
  for (const char* field : {"status", "train_hash", "dataset", "behaviour", "started", "finished",
                            "commit", "commits", "seed", "iterations", "user_steps", "invalid",
                            "kept_iteration", "gradient_steps", "training_plans", "cost"}) {
    for (const char* value : {"null", "true", "[[]]", "{\"a\": null}"})
      EXPECT_THAT(says("{\"" + std::string(field) + "\": " + value + "}"),
                  HasSubstr("\"" + std::string(field) + "\" is of another type"))
          << value;
  }
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  for (const std::string& text : {deep, "{\"config\": " + deep + "}"})
    EXPECT_THAT(says(text), HasSubstr("damaged run file"));
}

TEST(ReadRunCost, TellsTheTimeOfAllUserStepsByTheSpeedOfTheLastPart) {
  const TestFolder folder;
  WriteRunFile(folder.path(), {{"iterations", 5},
                               {"user_steps", 600},
                               {"gradient_steps", 20},
                               {"cost", {{"steps_per_second", 40}, {"memory_mb", 7}}}});
  const RunCost cost = ReadRunCost(folder.path());
  EXPECT_EQ(cost.iterations, 5);
  EXPECT_EQ(cost.seconds, 15);
  WriteRunFile(folder.path(), {{"iterations", 0}, {"cost", nlohmann::json::object()}});
  EXPECT_EQ(ReadRunCost(folder.path()).seconds, std::nullopt);
}

TEST(KeepMetrics, CutsLinesAfterTheIterationAndWhatWasWrittenHalf) {
  const TestFolder folder;
  folder.Write("metrics.jsonl",
               "{\"iteration\":0}\n{\"iteration\":1}\n{\"iteration\":2}\n{\"iterat");
  KeepMetrics(folder.path(), 1);
  EXPECT_EQ(ReadFile(folder.path() / "metrics.jsonl"), "{\"iteration\":0}\n{\"iteration\":1}\n");
  EXPECT_EQ(ReadMetrics(folder.path()).size(), 2);
}

TEST(KeepMetrics, StartsAnEmptyFile) {
  const TestFolder folder;
  EXPECT_TRUE(ReadMetrics(folder.path()).empty());
  KeepMetrics(folder.path(), -1);
  EXPECT_EQ(ReadFile(folder.path() / "metrics.jsonl"), "");
}

TEST(KeepMetrics, RefusesAFileThatLacksALineOfTheCheckpoint) {
  const TestFolder folder;
  const std::string zero = "{\"iteration\":0}\n", two = "{\"iteration\":2}\n";
  for (const std::string& text :
       {std::string(), zero, zero + two, two, zero + "{\"iteration\":1.5}\n" + two,
        zero + "{\"iteration\":\"1\"}\n" + two, zero + "[]\n" + two, zero + "null\n" + two,
        zero + std::string("{\"itera\0ion\":1}\n", 16) + two, zero + zero + two}) {
    folder.Write("metrics.jsonl", text);
    EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint, [&] { KeepMetrics(folder.path(), 2); }),
                HasSubstr("metrics.jsonl:"))
        << text;
    EXPECT_EQ(ReadFile(folder.path() / "metrics.jsonl"), text);
  }
}

TEST(ReadMetrics, NamesTheLineThatIsDamaged) {
  const TestFolder folder;
  for (const std::string& second : {std::string("{\"iteration\":2}"), std::string("{\"iter"),
                                    std::string(3, '\0'), std::string("7")}) {
    folder.Write("metrics.jsonl", "{\"iteration\":0}\n" + second);
    EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint, [&] { ReadMetrics(folder.path()); }),
                HasSubstr("metrics.jsonl:2: damaged"));
  }
}

TEST(ReadMetrics, RefusesAFileThatIsNotTheOneOfAFinishedRun) {
  const TestFolder folder;
  const std::filesystem::path path = folder.path() / "metrics.jsonl";
  const std::string first = "{\"iteration\":0,\"valid_R_cum\":9.5}\n";
  WriteFileWhole(path, first + "{\"iteration\":1}\n");
  WriteRunFile(
      folder.path(),
      {{"status", "finished"}, {"iterations", 1}, {"metrics", MetricsHash(folder.path())}});
  EXPECT_EQ(ReadMetrics(folder.path()).size(), 2);
  for (const std::string& changed :
       {first, std::string(),
        first.substr(0, 30) + "9" + first.substr(30) + "{\"iteration\":1}\n"}) {
    WriteFileWhole(path, changed);
    EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint, [&] { ReadMetrics(folder.path()); }),
                HasSubstr("not the file that the finished run of 1 iterations left"));
  }
  std::filesystem::remove(path);
  EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint, [&] { ReadMetrics(folder.path()); }),
              HasSubstr("it has 0 lines"));
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

TEST_F(StaleRunTest, IsOneWhoseModelWasReplacedAtTheSamePath) {
  RunConfig config = config_;
  config.planner.llm.lora = (folder_.path() / "tuned.gguf").string();
  WriteFileWhole(config.planner.llm.lora, "an adapter");
  const fs::path seed = folder_.path() / "seed-1";
  WriteRunFile(seed, {{"dataset", "data"},
                      {"commits", {Commit()}},
                      {"files", NamedFiles(config.planner.llm)},
                      {"behaviour", BehaviourHash(config, "data", 1, {Commit()})}});
  EXPECT_EQ(StaleRun(seed, config, "data", 1), "");
  WriteFileWhole(config.planner.llm.lora, "another");
  EXPECT_EQ(StaleRun(seed, config, "data", 1), "trained with other files of the language model");
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
