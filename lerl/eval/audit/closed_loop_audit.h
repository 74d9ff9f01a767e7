#pragma once
// Closed-loop audit: what planners are worth where users answer to their plans.
//
// Settings (eval/audit/closed_loop_cell.h):
//
//   lerl        the leave rule `lerl`, at plan sizes 1 and 3; its rewards and skip_last are those
//               of the configuration
//   evolving    the evolving-interest task, at plan sizes 1 and 3; as in
//               configs/evolving_ml100k.toml skip_last is off and items of the past may be shown
//   cold start  the evolving-interest task at plan size 1, where policies have just met the users
//               (train/cold_start.h)
//
// Rows: every planner of the registry, or those that are named, but `student`, whose figure
// beside its teacher is the return gap (train/trainer.h). At the cold start there is one more:
// llm_grounded with a scripted model that knows people (eval/audit/scripted_truth.h, nu =
// kScriptedNu).
//
// Low level: the same for all, `mmr` at lambda = 1, which shows the best items inside the plan by
// the policy side's factorisation. It needs no training, so no planner has a better fitted one. It
// is no oracle: a low level that saw the truth would do by itself what a plan is for, and in the
// evolving task `none` would come out above the oracle plan. Returns lie below those of a trained
// PPO.
//
// Practice: planners that learn practise `iterations` times kPracticeSessions sessions
// (eval/audit/planner_practice.h), all on the same users and seeds. Nobody is tuned; settings are
// the configuration's. All planners then play the same held-out users (World::judged) under the
// same seeds.
//
// With `permute_labels` the cells of a seed ask under that seed's permutation, from practice on, so
// that the intervals of users x seeds include it (eval/audit/planner_audit.h).
//
// Cost of asking: in practice a cell gets at most planner.llm.train_plans fresh plans, and further
// states get the nearest cached plan. In evaluation every plan is fresh or an exact hit, so there
// are at most users x steps. All plans are counted by origin. With 100 users and 5 seeds `llm` asks
// for at most some 50,000 plans, and llm_grounded for as many (for none in evaluation while its w
// is 0); at 20 plans a second that takes less than one and a half hours.
//
// Resuming: a cell (setting x planner x seed) is not played again when it is on file for the same
// settings, data, model and commit. Any worker may play it (cells/study_run.h).

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "lerl/cells/study_run.h"
#include "lerl/eval/audit/closed_loop_cell.h"
#include "lerl/eval/statistics.h"

namespace lerl {

inline constexpr double kScriptedNu = 0.25;

struct ClosedLoopOptions {
  int64_t users = 100;
  std::vector<int64_t> seeds = {1, 2, 3, 4, 5};
  int64_t iterations = 60;                        // of practice
  bool permute_labels = false;                    // as in AuditOptions
  std::vector<std::string> planners = {};         // of the registry; empty: all
  std::filesystem::path out = "runs/audit";       // folder of the cells' files
  std::shared_ptr<LlmBackend> backend = nullptr;  // in place of the model file of the settings
  StudyOptions study = {};                        // who plays; by itself, one thread
};

struct ClosedLoopRow {
  HeldOut held_out = HeldOut::kValidation;  // who were played
  ClosedLoopSetting setting{};
  std::string planner{};
  double nu = -1;                                         // as in ClosedLoopCell
  bool learns = false, asks = false, oracle = false;      // asks: a language model
  CrossedTable reward{}, length{};                        // R_cum, T_int
  std::vector<int64_t> plans{}, practice_plans{};         // [kPlanOrigins], of all seeds
  std::vector<std::pair<std::string, double>> figures{};  // mean over seeds
  int64_t prompts = 0;                                    // of all seeds
  double seconds = 0;                                     // of all seeds
};

struct ClosedLoopOutcome {
  StudyEnd end = StudyEnd::kStopped;
  std::vector<ClosedLoopRow> rows{};  // once it is done
};

// The rows of each setting in turn, in the registry's order. `world` must have `evolving`. Throws
// Error(kBusy) when another process holds the folder, Error(kConfig) when there are no such
// held-out users, and what made a cell fail (cells/cell_ledger.h).
ClosedLoopOutcome AuditClosedLoop(const World& world, const RunConfig& config,
                                  const ClosedLoopOptions& options);
// What a worker plays the cells of such an audit by. All must outlive it.
std::unique_ptr<CellWork> MakeClosedLoopWork(const World& world, const RunConfig& config,
                                             const ClosedLoopOptions& options);

}  // namespace lerl
