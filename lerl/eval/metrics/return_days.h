#pragma once
// Do users come back? Only tasks whose sessions consist of several visits have these figures
// (sim/cross_session_env.h).
//
//   return_days  mean over visits of the days until the next one (KuaiSim's return time)
//   retention    share of the visits after which the user comes back the next day
//   R_visit      sum of all expected rewards / number of visits
//
// KuaiSim's "user retention" has another, unpublished definition, so it does not compare with
// `retention`.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues ReturnDays(const SessionLog& log, const MetricInput& input);
SessionValues Retention(const SessionLog& log, const MetricInput& input);
SessionValues VisitReturn(const SessionLog& log, const MetricInput& input);  // R_visit

}  // namespace lerl
