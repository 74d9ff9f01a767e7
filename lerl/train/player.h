#pragma once
// Plays whole sessions: planner, agent and environment, a batch of users side by side. Training and
// evaluation both go through here.
//
// One step of all running sessions:
//   1 plan      the plan policy ranks categories and forms the plan of each slot
//   2 score     the agent scores all items
//   3 select    top K inside the plan, without excluded items; optionally re-ordered
//   4 respond   the environment draws responses and applies the leave rules
//   5 observe   plan policy and agent take in what was shown
// A leaver's place is taken by the next session of the list.

#include <span>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/base/rng.h"
#include "lerl/data/dataset.h"
#include "lerl/planner/plan_policy.h"
#include "lerl/sim/env.h"
#include "lerl/sim/session_log.h"

namespace lerl {

struct SessionSpec {
  int32_t user = 0;
  uint64_t seed = 0;
};

struct PlayOptions {
  bool explore = false;
  bool reorder =
      false;  // place each slate's items so that few slots coincide with the last slate's
  bool record_truth = false;  // SessionLog::truth, for metrics
};

SessionLog PlaySessions(const Dataset& dataset, Env& env, Agent& agent, PlanPolicy& plans,
                        std::span<const SessionSpec> sessions, PlayOptions options);

// `count` sessions of users drawn with replacement.
std::vector<SessionSpec> DrawSessions(std::span<const int32_t> users, int64_t count, Rng& rng);

// The sessions of a log, for planners that reflect on them. They view the log.
std::vector<EndedSession> EndedSessions(const SessionLog& log);

}  // namespace lerl
