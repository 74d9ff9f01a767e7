#pragma once
// JudgedEvents: what a policy would have made of the slates of a store, for off-policy evaluation
// (eval/off_policy/served_slates.h). Each slate is judged in the state in which it was chosen
// (serve/past_sessions.h).

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lerl/eval/off_policy/served_slates.h"
#include "lerl/serve/past_sessions.h"
#include "lerl/serve/served_policy.h"

namespace lerl {

struct JudgedEvents {
  std::vector<LoggedSlate> slates;  // a reward is 1 / K where the first behaviour was given, else 0
  int64_t sessions = 0;
  int64_t unknown = 0;        // slates with items that the data set does not know
  int64_t deterministic = 0;  // slates that were not drawn, so that nothing follows from them
};

// Calls `progress` with the number of sessions so far, after each.
JudgedEvents JudgeEvents(EventStore& store, const Catalog& catalog, const EventsToJudge& which,
                         ServedPolicy& policy, const std::function<void(int64_t)>& progress);

}  // namespace lerl
