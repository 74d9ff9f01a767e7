#pragma once
// Closed-loop audit: what planners are worth where users answer to their plans.
//
// Settings (eval/audit/closed_loop_cell.h): the leave rule `lerl` and the evolving-interest task, each at
// plan sizes 1 and 3; a cold start (eval/audit/cold_start.h) in the evolving task at plan size 1. Rules,
// rewards and skip_last of `lerl` are the configuration's; the evolving task is that of
// configs/evolving_ml100k.toml (skip_last off, the past may be shown again).
//
// Rows: every planner of the registry but `student`, whose figure beside its teacher is the return
// gap (train/trainer.h); at the cold start also llm_grounded with a scripted model that knows
// people (eval/audit/scripted_truth.h, nu = kScriptedNu).
//
// Low level, the same for all: `mmr` at lambda = 1, the best items inside the plan by the policy
// side's factorisation. It needs no training, so no planner has a better fitted one, and it is no
// oracle: one that saw the truth would do by itself what a plan is for (in the evolving task `none`
// would come out above the oracle plan). Its returns lie below those of a trained PPO.
// Tuning: none, for anybody; settings are the configuration's. Planners that learn practise
// `iterations` times kPracticeSessions sessions (eval/audit/planner_practice.h), all on the same users
// and seeds. All planners play the same held-out users under the same seeds.
//
// What asking costs: in practice at most planner.llm.train_plans fresh plans per cell, other states
// get the nearest cached plan; in evaluation every plan is fresh or an exact hit, at most users x
// steps. All are counted by origin. With 100 users and 5 seeds `llm` asks for at most some 50,000
// plans, and llm_grounded for as many (none in evaluation while its w is 0): at 20 plans a second
// below one and a half hours.
//
// A cell (setting x planner x seed) that is on file for the same settings, data, model and commit
// is not played again.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "lerl/eval/audit/closed_loop_cell.h"
#include "lerl/eval/statistics.h"

namespace lerl {

inline constexpr double kScriptedNu = 0.25;

struct ClosedLoopOptions {
  int64_t users = 100;
  std::vector<int64_t> seeds = {1, 2, 3, 4, 5};
  int64_t iterations = 60;  // of practice
  std::filesystem::path out = "runs/audit";
  std::shared_ptr<LlmBackend> backend = nullptr;  // in place of the model file of the settings
};

struct ClosedLoopRow {
  ClosedLoopSetting setting{};
  std::string planner{};
  double nu = -1;  // as in ClosedLoopCell
  bool learns = false, asks = false, oracle = false;
  CrossedTable reward{}, length{};                        // R_cum, T_int
  std::vector<int64_t> plans{}, practice_plans{};         // [kPlanOrigins], of all seeds
  std::vector<std::pair<std::string, double>> figures{};  // mean over seeds
  int64_t prompts = 0;
  double seconds = 0;
};

// Rows by setting, in the registry's order. `world` has `evolving`. Empty if a stop was requested.
std::vector<ClosedLoopRow> AuditClosedLoop(const World& world, const RunConfig& config,
                                           const ClosedLoopOptions& options);

}  // namespace lerl
