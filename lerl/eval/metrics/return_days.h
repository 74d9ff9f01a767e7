#pragma once
// Do users come back? For tasks whose sessions are several visits (sim/cross_session_env.h); no
// figures for others.
//
//   return_days  mean over visits of the days until the next (KuaiSim's return time)
//   retention    share of visits after which the user comes back the next day. KuaiSim's "user
//                retention" has another, unpublished definition, so the figures don't compare.
//   R_visit      sum of all expected rewards / number of visits

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues ReturnDays(const SessionLog& log, const MetricInput& input);
SessionValues Retention(const SessionLog& log, const MetricInput& input);
SessionValues VisitReturn(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
