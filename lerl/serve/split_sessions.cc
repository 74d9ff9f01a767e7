#include "lerl/serve/split_sessions.h"

#include <utility>

namespace lerl {

SplitSessions::SplitSessions(EventStore& store, std::string split)
    : store_(store), split_(std::move(split)) {}

std::vector<StoredSession> SplitSessions::Next(int64_t to_us) {
  std::vector<StoredSession> page =
      store_.SessionsOfSplit(split_, after_us_, after_id_, to_us, kPage);
  if (page.empty()) return page;
  after_us_ = page.back().session.started_us;
  after_id_ = page.back().session.id;
  return page;
}

}  // namespace lerl
