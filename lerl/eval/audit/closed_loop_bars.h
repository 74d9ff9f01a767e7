#pragma once
// What the closed-loop audit holds planners to, and what the language model adds.
//
//   2   llm_grounded under the rule `lerl`: R_cum less that of the best planner without a language
//       model (it may learn), round_robin included; non-inferior: above -kNonInferiorMargin of it
//   3   in the evolving task: the share of the gap that it closes between the best planner that
//       neither learns nor asks, fatigue_aware included, and the oracle plan; at least kGapShare
//   4   at the cold start: R_cum less that of `learned`; with the scripted model above 0, with the
//       embedded one non-inferior
//
// Intervals are paired and crossed (eval/statistics.h); the share is the ratio of two differences.
// A bar holds when its whole interval does, and is judged from kFewestSeeds seeds and kFewestUsers
// users on. The reference is chosen on the same sessions: its luck counts against llm_grounded.

#include <optional>
#include <string>
#include <vector>

#include "lerl/eval/audit/closed_loop_audit.h"

namespace lerl {

inline constexpr double kGapShare = 1.0 / 3;
inline constexpr int64_t kFewestSeeds = 5, kFewestUsers = 100;

struct ClosedLoopBar {
  int number = 0;  // in the list above
  ClosedLoopSetting setting{};
  double nu = -1;           // as in ClosedLoopCell
  std::string reference{};  // planner
  std::string what{};       // "R_cum less round_robin", "share of the gap ..."
  Interval figure{};
  double at = 0;                // what the figure must lie above
  std::optional<bool> holds{};  // nothing with too few users or seeds
};
std::vector<ClosedLoopBar> ClosedLoopBars(const std::vector<ClosedLoopRow>& rows);

// llm_grounded less `learned`, the head alone.
struct ModelGain {
  ClosedLoopSetting setting{};
  double nu = -1;
  Interval difference{};
  std::optional<bool> adds{};  // its interval lies above 0; nothing with too few users or seeds
  double weight = 0;           // w, mean over seeds
};
std::vector<ModelGain> ModelGains(const std::vector<ClosedLoopRow>& rows);

}  // namespace lerl
