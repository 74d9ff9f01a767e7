#pragma once
// Bars: what the closed-loop audit holds llm_grounded to, and what the language model adds to it.
//
//   bar  setting     figure                                          must lie above
//   2    lerl        R - R_best                                      - margin |R_best|
//   3    evolving    sum (R - R_plain) / sum (R_oracle - R_plain)    kGapShare
//   4    cold start  R - R_learned, with the embedded model          - margin |R_learned|
//   4    cold start  R - R_learned, with the scripted model          0
//
//   R          R_cum of llm_grounded
//   R_best     of the best planner that neither asks a model nor is an oracle; it may learn
//   R_plain    of the best planner that neither asks a model nor is an oracle nor learns
//   R_oracle   of the oracle plan
//   R_learned  of `learned`, the head alone
//   margin     kNonInferiorMargin (eval/statistics.h)
//   sum        over users and seeds
//
// The closed loop claims that bars hold, and what the language model adds in each setting: R_cum of
// llm_grounded less that of `learned`, the head alone. All of these are one family of paired tests,
// corrected by Holm's method (eval/significance.h). Of a bar it is figure - bar that is tested: the
// bar holds where that is better, of a gain the difference itself, at the margin. Intervals are not
// corrected.
//
// Both are judged from kFewestSeeds seeds and kFewestUsers users on. Bar 3 does not hold where the
// oracle plan earns no more than R_plain: there is no gap to close. The best planner is chosen on
// the same sessions, so its luck counts against llm_grounded.

#include <optional>
#include <string>
#include <vector>

#include "lerl/eval/audit/closed_loop_audit.h"
#include "lerl/eval/significance.h"

namespace lerl {

inline constexpr double kGapShare = 1.0 / 3;
inline constexpr int64_t kFewestSeeds = 5, kFewestUsers = 50;

struct ClosedLoopBar {
  int number = 0;  // of the bar, as in the table above
  ClosedLoopSetting setting{};
  double nu = -1;           // as in ClosedLoopCell
  std::string reference{};  // the planner that it is compared with
  std::string what{};       // "R_cum less round_robin", "share of the gap ..."
  Interval figure{};
  double at = 0;                // what the figure must lie above
  std::optional<bool> holds{};  // nothing with too few users or seeds
  double p = 1;                 // of figure - at, two-sided, corrected; where it is judged
};

struct ModelGain {
  ClosedLoopSetting setting{};
  double nu = -1;
  Interval difference{};
  std::optional<PairedTest> test{};  // nothing with too few users or seeds
  double weight = 0;                 // w of llm_grounded, mean over seeds
};

struct ClosedLoopClaims {
  std::vector<ClosedLoopBar> bars{};  // of all rows of llm_grounded, by number
  std::vector<ModelGain> gains{};     // of all rows of llm_grounded
  int64_t family = 0;                 // tests; 0 where nothing is judged
};
// `rows` are those of AuditClosedLoop. Claims for which a planner did not play are absent.
ClosedLoopClaims JudgeClosedLoop(const std::vector<ClosedLoopRow>& rows);

}  // namespace lerl
