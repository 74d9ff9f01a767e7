#pragma once
// Audit of planners: what their rankings are worth for held-out users, without a low level.
//
// A user's state: the session so far is the user's latest training rows in slates of six, at 0, 1
// and 2 slates; what comes is the next 20 likes after the training rows. Figures of a user are
// means over the three states; each seed draws what planners draw and the simulator's start.
// Nothing is left out of a ranking (no skip_last).
//
//   NDCG@5             of the first five categories by how many of the next likes carry them
//   NDCG@5 truth       the same by what each category is worth in the simulator at the start
//   recall@5           share of the next likes' categories that are among the first five
//   coverage           categories that anybody's plan holds, of all
//   repeats            share of a plan that the plan of the state before holds too
//   popularity         mean share of all likes of a planned category, times C: 1 is no bias
//   invalid, widened   share of plans
//
// Planners that learn stand here twice: as they start from the logs (w of llm_grounded from the
// validation users' logs), and after sessions in the simulator under the low level `popularity`.
// The configuration's own planner is taken from its finished run, where there is one; with a
// language model also without reflections, so that their effect on plans shows at the same states:
// beside NDCG@5 of both also the overlap of their first three categories and NDCG@5 of the one by
// the other (planner/student/agreement.h).

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "lerl/eval/statistics.h"
#include "lerl/planner/plan_policy.h"
#include "lerl/train/world.h"

namespace lerl {

struct AuditOptions {
  int64_t users = 100;
  std::vector<int64_t> seeds = {1, 2, 3, 4, 5};
  int64_t iterations = 20;         // of 64 sessions, that planners which learn play
  std::filesystem::path run = {};  // finished run of the configuration (a seed's folder), or empty
  int64_t run_seed = 1;
  std::shared_ptr<LlmBackend> backend = nullptr;  // in place of the model file of the settings
  std::vector<std::string> planners = {};         // of the registry; empty: all
};

struct AuditRow {
  std::string planner{};
  std::string state{};  // "", "from logs", "played", "run" or "run, no reflections"
  std::vector<std::pair<std::string, CrossedTable>> tables{};  // by metric
  PlanCounts plans{};
  PlannerFigures figures{};
  std::string prompt_hash{};
  std::vector<std::vector<int16_t>> rankings{};  // [seeds x states x users]
  // Of "run, no reflections": how its plans agree with those of "run" at the same states.
  std::vector<std::pair<std::string, CrossedTable>> agreement{};
};

// The row's table of a metric that it has.
const CrossedTable& TableOf(const AuditRow& row, const std::string& metric);

// "overlap@3" and "NDCG@5" of a row's rankings by those of another at the same states.
std::vector<std::pair<std::string, CrossedTable>> AgreementOf(const AuditRow& row,
                                                              const AuditRow& reference);

// One row or two per planner of the registry. Throws Error(kData) when fewer than two held-out
// users have likes to come.
std::vector<AuditRow> AuditPlanners(const World& world, const RunConfig& config,
                                    const AuditOptions& options);

}  // namespace lerl
