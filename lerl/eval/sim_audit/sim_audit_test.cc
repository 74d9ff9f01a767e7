#include "lerl/eval/sim_audit/sim_audit.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

const SimAuditOptions kTiny{
    .play = {.users = 3, .seeds = {1, 2}}, .refits = 2, .splits = 2, .smoke = true};

SimAudit AuditOf(double value) {
  return {.simulator = "a simulator",
          .hash = "0123",
          .commit = "abc",
          .figures = {{.check = "spread",
                       .name = "x",
                       .value = Interval{value, value, value},
                       .bounds = LightBounds{.green = 1.5, .yellow = 1.3},
                       .decides = true}}};
}

TEST(SimAudit, AStudyReadsTheVerdictOnItsOwnSimulatorAlone) {
  const TestFolder folder;
  const std::filesystem::path path = folder.path() / "audit.json";
  WriteSimAudit(folder.path(), AuditOf(2));
  EXPECT_EQ(UnfitByAudit(path, {"0123"}), "");
  WriteSimAudit(folder.path(), AuditOf(1));
  EXPECT_EQ(UnfitByAudit(path, {"0123", "9999"}), "spread, x");
  EXPECT_EQ(UnfitByAudit(path, {"9999"}), "");
  SimAudit smoke = AuditOf(1);
  smoke.smoke = true;
  WriteSimAudit(folder.path(), smoke);
  EXPECT_EQ(UnfitByAudit(path, {"0123"}), "");
  folder.Write("audit.json", "{\"verdict\": \"fi");
  EXPECT_THROW(UnfitByAudit(path, {"0123"}), Error);
}

TEST(SimAudit, TheHashFollowsEverythingThatDecidesHowUsersBehave) {
  RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  const std::string before = SimulatorHash(config, *world);
  config.agent.name = "random";  // a policy is no part of the simulator
  EXPECT_EQ(SimulatorHash(config, *world), before);
  SetFields(config, {"env.rho=0.3"});
  EXPECT_NE(SimulatorHash(config, *world), before);
}

TEST(SimAudit, RunsAllChecksOfASmallWorld) {
  const TestFolder cache;
  const ScopedVariable kept("LERL_CACHE_DIR", cache.path().string());
  const RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  const SimAudit audit = AuditSimulator(*world, config, kTiny);
  EXPECT_EQ(audit.users, 3);
  for (const char* check : {"held-out fit", "spread", "sessions against the log", "counterfactual",
                            "stability of the ranking", "sensitivity"})
    EXPECT_TRUE(std::ranges::any_of(audit.figures, [&](const AuditFigure& figure) {
      return figure.check == check;
    })) << check;
  EXPECT_EQ(SimAuditJson(audit)["figures"].size(), audit.figures.size());
}

TEST(SimAudit, NeedsTwoValidationUsers) {
  const RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  world->split.valid_users.resize(1);
  EXPECT_THROW(AuditSimulator(*world, config, kTiny), Error);
}

}  // namespace
}  // namespace lerl
