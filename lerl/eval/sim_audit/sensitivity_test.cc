#include "lerl/eval/sim_audit/sensitivity.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

std::vector<std::string> NamesIn(const RunConfig& config) {
  std::vector<std::string> names;
  for (const MovedParameter& parameter : ParametersOf(config)) names.push_back(parameter.name);
  return names;
}

TEST(Sensitivity, MovesWhatTheTaskAndItsRulesRead) {
  RunConfig config = TinyRun();
  EXPECT_EQ(NamesIn(config), (std::vector<std::string>{"env.budget", "env.rho", "env.history"}));
  SetFields(config, {"env.rules=[\"category_window\",\"max_steps\"]"});
  EXPECT_EQ(NamesIn(config),
            (std::vector<std::string>{"env.max_steps", "env.window", "env.window_limit", "env.rho",
                                      "env.history"}));
  SetFields(config, {"env.task=evolving"});
  EXPECT_EQ(NamesIn(config).size(), 12u);
}

TEST(Sensitivity, MovesByHalfAndWholeNumbersByAQuarter) {
  RunConfig config = TinyRun();
  SetFields(config, {"env.budget=20", "env.rho=0.2"});
  const std::vector<MovedParameter> all = ParametersOf(config);
  EXPECT_EQ(SettingText(all[0], all[0].down), "env.budget=15");
  EXPECT_EQ(SettingText(all[0], all[0].up), "env.budget=25");
  EXPECT_EQ(SettingText(all[1], all[1].down), "env.rho=0.1");
  EXPECT_EQ(SettingText(all[1], all[1].up), "env.rho=0.3");
  SetFields(config, {"env.task=evolving"});
  for (const MovedParameter& parameter : ParametersOf(config)) {
    if (parameter.name != "env.evolving.decay") continue;
    EXPECT_DOUBLE_EQ(parameter.down, 0.4);
    EXPECT_DOUBLE_EQ(parameter.up, 0.9);  // a share stays below 1
  }
}

TEST(Sensitivity, EveryMovedSettingIsAllowed) {
  for (const char* task : {"whole_session", "cross_session", "evolving"}) {
    RunConfig config = TinyRun();
    SetFields(config, {std::string("env.task=") + task});
    for (const MovedParameter& parameter : ParametersOf(config)) {
      SetFields(config, {SettingText(parameter, parameter.down)});
      SetFields(config, {SettingText(parameter, parameter.up)});
    }
  }
}

TEST(Sensitivity, OfAParameterWithoutEffectIsNothing) {
  const RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  const AuditPlay play{.users = 3, .seeds = {1, 2}};
  const MovedParameter same{.name = "env.rho", .value = 0.2, .down = 0.2, .up = 0.2};
  const std::vector<AuditFigure> figures =
      Sensitivity(*world, config, PlayAll(*world, *world, config, play, true), play, {same});
  ASSERT_EQ(figures.size(), 1u);
  if (figures[0].value) {
    EXPECT_DOUBLE_EQ(figures[0].value->mean, 0);
    EXPECT_EQ(figures[0].light(), Light::kGreen);
  } else {  // so few users tell no policies apart
    EXPECT_NE(figures[0].note.find("no pair"), std::string::npos);
  }
  EXPECT_NE(figures[0].note.find("tau 1.00, 1.00"), std::string::npos);
}

}  // namespace
}  // namespace lerl
