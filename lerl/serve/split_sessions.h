#pragma once
// SplitSessions: the sessions of a split of users, each once, in the order in which they began, a
// page at a time. What a call costs is in proportion to the sessions since the last one. A session
// that is written after younger ones were read is missed.

#include <cstdint>
#include <string>
#include <vector>

#include "lerl/events/event_store.h"

namespace lerl {

class SplitSessions {
 public:
  static constexpr int64_t kPage = 64;          // sessions in one view of the store
  static constexpr int64_t kMostAtOnce = 5000;  // that are worth a turn of who counts them

  // The store must outlive it.
  SplitSessions(EventStore& store, std::string split);

  // The next sessions that began before `to_us`; fewer than kPage where there are no more for now.
  std::vector<StoredSession> Next(int64_t to_us);

  // Start of the newest session that was read; 0: of none yet.
  int64_t read_until_us() const { return after_us_; }

 private:
  EventStore& store_;
  const std::string split_;
  int64_t after_us_ = 0;
  std::string after_id_;
};

}  // namespace lerl
