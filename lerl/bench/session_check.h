#pragma once
// The answer that benchmarks of the whole-session task check: played sessions must agree in rewards
// and lengths with the slow, plain reference of sim/plain_session.h.

#include <span>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/response/response_model.h"
#include "lerl/sim/session_log.h"

namespace lerl {

struct EnvConfig;  // sim/env_config.h

// Checks the first `sessions` sessions of the log. Throws CheckFailure where a reward (by more than
// 1e-5), an expected reward (1e-4) or a length differs. `config` must have the rule `lerl` and the
// reward of the first behaviour.
void CheckSessions(const Dataset& dataset, const Split& split, const ResponseModel& model,
                   std::span<const float> vectors, const EnvConfig& config, const SessionLog& log,
                   int64_t sessions);

}  // namespace lerl
