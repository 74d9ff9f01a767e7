#pragma once
// regret: what the oracle plan would have earned in the user's place, less what was earned.
//
//   mean over all steps of (max_c worth_c - r)
//
//   worth_c  mean expected reward of the K best items of category c before the step
//            (Env::OracleCategoryRewards)
//   r        expected reward of the slate that was shown
//
// A slate of several categories may be better than any of one, so the figure can lie below 0. It
// compares with the best step from where the policy led the user, not with the best session. Only
// the evolving-interest task has a figure: its log holds the truth.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues Regret(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
