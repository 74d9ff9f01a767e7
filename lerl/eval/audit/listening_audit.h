#pragma once
// When is a language model worth listening to? The scripted model (eval/audit/scripted_truth.h, at
// nu = kScriptedNu) answers wrongly more and more often, and three planners play at a cold start,
// where the model knows what the logs don't (eval/audit/closed_loop_cell.h):
//
//   learned   the head alone
//   always    llm_grounded at w = kAlwaysWeight
//   gated     llm_grounded as it is set: it learns w from the returns of its sessions
//
//   gain      R_cum less that of `learned`, on the same users and seeds
//
// Errors: a share q of kErrorShares, corrupted at random or mistaken systematically
// (ScriptedErrors).
//
//   break-even   the smallest q at which the mean gain of `always` is 0, between the shares played
//                by linear interpolation
//   alignment    of the first sessions (kAlignmentFigure, planner/llm/llm_grounded_planner.h), mean
//                over seeds. It is what the gate looks at before it listens at all.
//   right side   the share of the levels of errors at which the alignment exceeds kProof exactly
//                where the mean gain of `always` is above 0
//
// The family of tests is the gain of `always` and of `gated` at each level, corrected by Holm's
// method (eval/significance.h); the gate does no harm at a level where it is at least no worse.
//
// Published for bandits that are warm-started by a model (arXiv 2604.02527): gains up to 30%
// corruption, harm above 50%, and harm by systematic mistakes without any noise.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lerl/eval/audit/closed_loop_cell.h"
#include "lerl/eval/significance.h"

namespace lerl {

inline constexpr double kErrorShares[] = {0, 0.15, 0.3, 0.45, 0.6};
inline constexpr double kAlwaysWeight = 0.5;

struct ListeningOptions {
  int64_t users = 100;
  std::vector<int64_t> seeds = {1, 2, 3, 4, 5};
  int64_t iterations = 60;                   // of practice
  std::filesystem::path out = "runs/audit";  // folder of the cells' files
};

// One level of errors.
struct ListeningLevel {
  ScriptedErrors errors{};
  Interval always{}, gated{};  // gains
  PairedTest always_test{}, gated_test{};
  double alignment = 0, weight = 0;  // of `gated`, mean over seeds
};

struct ListeningOutcome {
  HeldOut held_out = HeldOut::kValidation;
  int64_t users = 0, seeds = 0;
  Interval learned{};                  // R_cum of the head alone
  std::vector<ListeningLevel> levels;  // no errors; corrupted and mistaken by rising share
  std::optional<double> corrupted_break_even{}, mistaken_break_even{};  // nothing: none was found
  double right_side = 0;                                                // in [0, 1]
};

// Plays the cells that are not on file, and compares. Nothing if a stop was requested. `world` must
// have `evolving`. Throws Error(kBusy) when another process holds the folder, Error(kConfig) when
// there are no such held-out users.
std::optional<ListeningOutcome> AuditListening(const World& world, const RunConfig& config,
                                               const ListeningOptions& options);

// Where the line through (share, gain) first falls to 0; `shares` rise. Nothing where it does not.
std::optional<double> BreakEven(const std::vector<double>& shares,
                                const std::vector<double>& gains);

}  // namespace lerl
