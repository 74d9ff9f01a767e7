#pragma once
// For tests of the closed-loop audit: a small world with known interests, and rows made by hand.

#include <memory>
#include <string>
#include <vector>

#include "lerl/eval/audit/closed_loop_audit.h"
#include "lerl/planner/registry.h"
#include "lerl/sim/evolving/evolving_users.h"
#include "lerl/testing/small_world.h"

namespace lerl {

inline RunConfig TinyClosedLoop() {
  RunConfig config = TinyRun();
  SetFields(config, {"env.evolving.max_steps=5", "env.evolving.mf={factors=4, epochs=2, seed=1}"});
  return config;
}

inline std::unique_ptr<World> TinyEvolvingWorld(const RunConfig& config) {
  auto world = TinyWorld(config);
  world->evolving = std::make_shared<EvolvingUsers>(world->dataset, world->split,
                                                    MfConfig{.factors = 4, .epochs = 2});
  return world;
}

// A row of two users, whose sessions earn `reward` -+ .1 under each of two seeds.
inline ClosedLoopRow LoopRow(const ClosedLoopSetting& setting, const std::string& planner,
                             double reward) {
  const SessionValues values{.numerator = {reward - 0.1, reward + 0.1}};
  ClosedLoopRow row{.setting = setting, .planner = planner};
  const PlannerRow& of_planner = FindPlannerRow(planner);
  row.learns = of_planner.learns;
  row.asks = of_planner.asks_model;
  row.oracle = of_planner.oracle;
  row.reward = row.length = MakeCrossedTable({values, values});
  return row;
}

// Rows of every task at plan size 1; `grounded` is what llm_grounded earns.
inline std::vector<ClosedLoopRow> LoopRows(double grounded) {
  std::vector<ClosedLoopRow> rows;
  for (const char* task : {kLerlTask, kEvolvingTask, kColdTask}) {
    const ClosedLoopSetting setting{task, 1};
    rows.push_back(LoopRow(setting, "round_robin", 10));
    rows.push_back(LoopRow(setting, "fatigue_aware", 9));
    rows.push_back(LoopRow(setting, "learned", 11));
    rows.push_back(LoopRow(setting, "llm", 5));
    rows.push_back(LoopRow(setting, "llm_grounded", grounded));
    rows.back().figures = {{"weight of the language model", 0.25}};
    rows.push_back(LoopRow(setting, "oracle", 13));
  }
  return rows;
}

// The rows with five seeds and a hundred users, so that bars are judged.
inline std::vector<ClosedLoopRow> Enough(std::vector<ClosedLoopRow> rows) {
  for (ClosedLoopRow& row : rows) {
    SessionValues values;
    for (int user = 0; user < 100; ++user)
      values.numerator.push_back(row.reward.estimate + (user % 2 == 0 ? 0.1 : -0.1));
    row.reward = MakeCrossedTable({values, values, values, values, values});
  }
  return rows;
}

}  // namespace lerl
