#pragma once
// interest_coverage: of the categories that a user goes on to like, the share that the session
// shows.
//
//   mean over users with L_u not empty of |L_u and S_u| / |L_u|
//
//   L_u  categories of the items that the user likes in the held-out rows of the log (all rows
//        after the training rows)
//   S_u  categories of the items that the session shows
//
// What a user goes on to like is known from the log alone, so the figure says whether long-term
// interests are served at all, not how well. There is no figure where L_u is empty for all users.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues InterestCoverage(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
