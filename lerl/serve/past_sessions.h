#pragma once
// The sessions of a store as policies saw them: each slate in the state in which it was chosen,
// with what had been shown and answered until then, and nothing of what came later. For judging
// policies by a log and for learning from it.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lerl/events/event_store.h"
#include "lerl/serve/catalog.h"
#include "lerl/serve/open_session.h"

namespace lerl {

struct EventsToJudge {
  int64_t from_us = 0, to_us = 0;  // sessions that began in [from, to)
  std::string policy = {};         // logged by; "": by any
};

struct PastSession {
  const StoredSession& stored;
  const OpenSession& whole;           // with all that was answered until now
  const std::vector<LiveStep>& past;  // of the user's earlier sessions, as they stood at its start

  // Calls visit(n, before) for each slate n of the session, with the session as it was when the
  // slate was chosen.
  void ForEachSlate(const Catalog& catalog,
                    const std::function<void(size_t n, const LiveSession& before)>& visit) const;
};

// Calls `visit` for the sessions that are asked for, in the order in which they began, and
// `progress` with the number of sessions read so far. Sessions before the range are read as well,
// for the pasts of those inside it; a past has `longest_past` slates at most.
void ForEachPastSession(EventStore& store, const Catalog& catalog, const EventsToJudge& which,
                        int64_t longest_past, const std::function<void(const PastSession&)>& visit,
                        const std::function<void(int64_t)>& progress);

}  // namespace lerl
