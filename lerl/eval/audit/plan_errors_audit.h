#pragma once
// Audit of plan errors: each planner plays whole sessions of held-out users, and its plans are
// searched for the errors of eval/audit/plan_errors.h, for all users and for groups of them:
//
//   few likes, many likes   training rows that the user likes: below the median of all users who
//                           play, or not
//   niche, mainstream       sum_c |own share of c - everybody's share of c|, of the likes of the
//                           training rows: above the median, or not
//
// Planners that learn practise before, and all play under the same low level, as in the closed-loop
// audit (eval/audit/closed_loop_cell.h). Where users say wishes (env.evolving.craving), the first
// one of a session counts. Of planners that rank by a language model alone the scores are held
// against the next likes (eval/audit/plan_calibration.h).

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lerl/eval/audit/closed_loop_cell.h"
#include "lerl/eval/audit/plan_calibration.h"
#include "lerl/eval/audit/plan_errors.h"
#include "lerl/eval/statistics.h"

namespace lerl {

struct PlanErrorsOptions {
  std::string task = kEvolvingTask;  // or kLerlTask, kColdTask
  int64_t users = 100;               // at most
  std::vector<int64_t> seeds = {1, 2, 3};
  int64_t iterations = 60;                        // of practice
  std::vector<std::string> planners = {};         // of the registry; empty: all that rank
  std::shared_ptr<LlmBackend> backend = nullptr;  // in place of the model file of the settings
};

inline constexpr std::array<std::string_view, 5> kUserGroups = {
    "all users", "few likes", "many likes", "niche", "mainstream"};

// One class of errors in one group of users.
struct ErrorRate {
  Interval share{};  // of the steps in which the error could be made
  int64_t users = 0;
  int64_t steps = 0;  // such steps; 0: there is no share
};

struct PlanErrorsRow {
  std::string planner{};
  std::array<std::array<ErrorRate, kPlanErrors.size()>, kUserGroups.size()> rates{};
  Interval reward{};                // R_cum of all users
  std::optional<Interval> worth{};  // of all users; nothing without a truth
  // Of those that rank by a language model alone, where two users or more have likes to come.
  std::optional<PlanCalibration> calibration{};
  std::vector<std::string> examples{};  // for people, one of each class that was made
};

struct PlanErrorsOutcome {
  HeldOut held_out = HeldOut::kValidation;
  std::string task{};
  int64_t users = 0, seeds = 0, plan_size = 1;
  std::vector<PlanErrorsRow> rows{};
};

// Nothing if a stop was requested. `world` must have `evolving`. Throws Error(kConfig) where fewer
// than two held-out users can be judged.
std::optional<PlanErrorsOutcome> AuditPlanErrors(const World& world, const RunConfig& config,
                                                 const PlanErrorsOptions& options);

// [groups, U] 1 = the user belongs to the group of kUserGroups.
std::array<std::vector<uint8_t>, kUserGroups.size()> GroupUsers(const Dataset& dataset,
                                                                const Split& split,
                                                                const std::vector<int32_t>& users);

}  // namespace lerl
