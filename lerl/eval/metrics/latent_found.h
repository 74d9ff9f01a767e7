#pragma once
// latent_found: of the interests that a user's past is silent on (fewer than 2 training rows of the
// category) and that are above 0 at the start, the share in which the session shows an item that
// the user likes. A ratio of sums over sessions; without such an interest there is no figure.
// For the evolving-interest task, whose log has the truth.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues LatentFound(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
