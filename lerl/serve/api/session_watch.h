#pragma once
// SessionWatch: what the pages of a service are shown of its sessions, as figures over the newest
// of them and as a feed of what happens in them.
//
//   1. What this process does in a session is taken in as it happens.
//   2. What other replicas do is read from the store that all share (CatchUp), when a page asks for
//      the figures. Where nobody looks, it costs nothing.

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "lerl/events/event_store.h"
#include "lerl/serve/api/live_feed.h"
#include "lerl/serve/api/live_statistics.h"
#include "lerl/serve/recommender.h"

namespace lerl {

class SessionWatch {
 public:
  // Begins with the newest sessions of the store. All must outlive it.
  SessionWatch(Recommender& recommender, LiveFeed& feed);

  // What has happened here. `json` is what the API answered, which the feed tells too.
  void Started(const SessionRecord& session, std::string json);
  void Shown(const SlateRecord& slate, std::string json);
  void Answered(const std::string& session, const std::vector<FeedbackRecord>& records,
                int64_t accepted, std::string json);
  // Answers that nobody gave have been stored; the feed does not tell them.
  void AnsweredByDefault(const std::string& session);
  void AddAgreement(const ShadowRecord& shadow, double agreement);
  // Tells that a session has ended, unless that was known.
  void Ended(const std::string& session, const std::string& why);
  void Forgotten(const std::string& user, const std::vector<SessionRecord>& sessions);

  // Takes in the newest sessions of the store that are not as they are known here, unless that was
  // done a moment ago.
  void CatchUp();

  const LiveStatistics& figures() const { return figures_; }

 private:
  void Refresh(const std::string& session);
  std::vector<std::string> Behind() const;

  Recommender& recommender_;
  LiveFeed& feed_;
  LiveStatistics figures_;
  std::mutex catching_up_;
  std::chrono::steady_clock::time_point caught_up_ = {};
};

}  // namespace lerl
