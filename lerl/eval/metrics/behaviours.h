#pragma once
// What users do with the items that a session shows, behaviour by behaviour, as it was drawn.
//
//   rate             = sum over sessions of n_f / sum over sessions of n
//   per session      = mean over sessions of n_f
//   main_responses   = the same of the main behaviour, f = 0
//
//   n     items that the session shows
//   n_f   those of them that were given behaviour f
//
// In a log of a shop whose first behaviour is the purchase, main_responses are its purchases per
// session. The others have no row among the metrics, since their names are the data's: results hold
// rate and figure per session of each behaviour by its name (eval/evaluation.h).

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues MainResponses(const SessionLog& log, const MetricInput& input);  // main_responses
SessionValues ResponsesPerSession(const SessionLog& log, int64_t behaviour);
SessionValues ResponseRate(const SessionLog& log, int64_t behaviour);

}  // namespace lerl
