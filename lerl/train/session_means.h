#pragma once
// SessionMeans: what a point of the learning curve says of the sessions played for it.

#include "lerl/sim/session_log.h"

namespace lerl {

struct SessionMeans {
  double reward = 0, length = 0;  // of a session: sum of expected rewards, steps
  double return_days = 0;         // mean over visits; 0 in a task without visits
};

// The means over the sessions of a log, which has at least one.
SessionMeans MeansOf(const SessionLog& log);

}  // namespace lerl
