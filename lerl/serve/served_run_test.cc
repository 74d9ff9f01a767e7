#include "lerl/serve/served_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/testing/small_served_run.h"
#include "lerl/train/run_folder.h"

namespace lerl {
namespace {

TEST(ServedRun, TakesItsSettingsFromTheRunsFile) {
  const ServedRun run = ReadServedRun(SmallServedRun::Get().folder());
  EXPECT_EQ(run.seed, 1);
  EXPECT_EQ(run.config.planner.name, "random");
  EXPECT_EQ(run.config.slate_size(), 3);
  EXPECT_EQ(run.config.agent.ppo.epochs, 2);
  EXPECT_THAT(run.version, testing::MatchesRegex("[0-9a-f]+-[0-9a-f]+"));
}

TEST(ServedRun, AGroupIsItsFirstSeed) {
  const TestFolder folder;
  SmallServedRun::Get().CopyTo(folder.path() / "group" / "seed-2");
  const auto first = SmallServedRun::Get().CopyTo(folder.path() / "group" / "seed-1");
  EXPECT_EQ(ReadServedRun(folder.path() / "group").folder, first);
}

TEST(ServedRun, ReadsFinishedRunsAlone) {
  const TestFolder folder;
  const std::filesystem::path nothing = folder.path() / "nothing";
  EXPECT_THAT(ErrorOf(ErrorKind::kNoRun, [&] { ReadServedRun(nothing); }),
              testing::HasSubstr("there is no run"));
  const std::filesystem::path copy = SmallServedRun::Get().CopyTo(folder.path() / "copy");
  auto run = ReadRunFile(copy).value();
  run["status"] = "running";
  WriteRunFile(copy, run);
  EXPECT_THAT(ErrorOf(ErrorKind::kNoRun, [&] { ReadServedRun(copy); }),
              testing::HasSubstr("has not finished"));
  run["status"] = "finished";
  run["config"]["planner"]["name"] = "oracle";
  WriteRunFile(copy, run);
  EXPECT_THAT(ErrorOf(ErrorKind::kUnusable, [&] { ReadServedRun(copy); }),
              testing::HasSubstr("simulator's truth"));
}

}  // namespace
}  // namespace lerl
