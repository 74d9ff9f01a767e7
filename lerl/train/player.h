#pragma once
// The player plays whole sessions with planner, agent and environment, a batch of users side by
// side. Training and evaluation both go through here. A step of all running sessions:
//
//   1. plan      The plan policy has categories ranked and forms the plan of each slot.
//   2. score     The agent gives every item a score.
//   3. select    The slate is the top K inside the plan, without excluded items; on request it is
//                re-ordered.
//   4. respond   The environment draws the responses and applies the leave rules.
//   5. observe   The plan policy takes in what was shown, and so does the agent where the session
//                goes on.
//
// When a session has ended, the next session of the list takes its slot.

#include <functional>
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

// A slate that is about to be shown. Spans live until the end of the call.
struct ChosenSlate {
  int64_t session = 0;  // place in the list of sessions
  int step = 0;
  const SlotPlan& plan;
  std::span<const float> scores;      // [I] as the agent gave them, if they are asked for
  std::span<const uint8_t> excluded;  // [I] 1 = may not be shown
  std::span<const int32_t> items;     // [K] best first
};

struct PlayOptions {
  // What the plans are made for; in kTraining the agent explores too.
  PlanMode mode = PlanMode::kValidation;
  bool reorder = false;       // re-order each slate against repeats (sim/rules/reorder.h)
  bool record_truth = false;  // fill SessionLog::truth, for metrics, in the task that has one
  int threads = 1;            // of a search for slates; the log has the same bytes at any number
  int64_t steps = 0;          // sessions are left after so many; 0: they go on to their end
  std::function<void(const ChosenSlate&)> on_slate = {};  // called for each, before it is shown
  bool scores = false;                                    // give them to on_slate
};

// Plays all `sessions` and returns their log, in the order of the list.
SessionLog PlaySessions(const Dataset& dataset, Env& env, Agent& agent, PlanPolicy& plans,
                        std::span<const SessionSpec> sessions, PlayOptions options);

// `count` sessions of users drawn with replacement.
std::vector<SessionSpec> DrawSessions(std::span<const int32_t> users, int64_t count, Rng& rng);

// The sessions of a log, for planners that learn from them. Their spans point into the log.
std::vector<EndedSession> EndedSessions(const SessionLog& log);

}  // namespace lerl
