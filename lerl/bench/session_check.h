#pragma once
// The answer that benchmarks of the whole-session task check: rewards and lengths of some played
// sessions against the slow, plain reference of sim/plain_session.h.

#include <span>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/response/response_model.h"
#include "lerl/sim/session_log.h"

namespace lerl {

// The first `sessions` of the log. Throws CheckFailure where a reward, an expected reward (1e-4) or
// a length differs. Settings: the rule `lerl`, reward by the first behaviour.
void CheckSessions(const Dataset& dataset, const Split& split, const ResponseModel& model,
                   std::span<const float> vectors, const EnvConfig& config, const SessionLog& log,
                   int64_t sessions);

}  // namespace lerl
