#pragma once
// Sessions that an agent plays against its own model of users, before it meets any: the offline
// start of `cirs` and `dorl`.
//
// Every category is in the plan. Nobody leaves of their own, because when people leave is a rule of
// the environment that the logs do not state: a session is cut after `steps`, as under the leave
// rule max_steps, or where the items run out. (The public code of both papers takes users and
// leaving from the true matrix.)
//
// The budget that is shown is that rule's: it falls by 1 / `steps` a step, and where it reaches 0
// the session is over. So it means what it means in play, that nothing comes after 0: an agent that
// sees it does not bootstrap there (SessionLog::Continuation). One that does not see it bootstraps,
// and so does a session that the items cut short.

#include <cstdint>
#include <span>

#include "lerl/agents/agent.h"
#include "lerl/agents/user_models/user_model.h"
#include "lerl/base/config.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/session_log.h"

namespace lerl {

struct ImaginationConfig {
  int64_t iterations = 60;
  int64_t sessions = 64;
  int64_t steps = 15;
  bool repeats = false;

  void VisitFields(FieldVisitor& visit) {
    visit("iterations", iterations, "batches of sessions imagined before the first; 0: none",
          Range{0, 1e6});
    visit("sessions", sessions, "sessions of a batch", Range{1, 4096});
    visit("steps", steps, "steps of a session, fewer where items run out", Range{1, 1000});
    visit("repeats", repeats, "items of the past and of the session may be shown again");
  }
};

// Plays one session for each of `users`, side by side. Responses are drawn from streams of `seed`.
// `log.reward` holds the rewards of the model.
// Throws Error(kConfig) when a user has fewer than K items to be shown.
SessionLog ImagineSessions(const Dataset& dataset, const Split& split, Agent& agent,
                           UserModel& model, std::span<const int32_t> users, int slate,
                           const ImaginationConfig& config, uint64_t seed, bool explore = true);

}  // namespace lerl
