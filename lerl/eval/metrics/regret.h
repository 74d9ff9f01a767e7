#pragma once
// regret: what the oracle plan would have earned in the user's place, at each step:
//   mean over steps of max_c worth_c - expected reward of the slate
// worth_c: mean expected reward of the K best items of category c (Env::OracleCategoryRewards). A
// slate of several categories may be better than any of one, so it can lie below 0. It compares
// with the best step from where the policy led the user, not with the best session.
// For the evolving-interest task, whose log has the truth.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues Regret(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
