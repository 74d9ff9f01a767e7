#pragma once
// interest_coverage: of the categories that a user likes after the training rows (in the held-out
// rows of the log), the share that the session shows at least once; a mean over users who like
// any. What a user goes on to like is known from the log alone, so this measures whether long-term
// interests are served at all, not how well. Without such a user there is no figure.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues InterestCoverage(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
