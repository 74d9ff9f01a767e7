#pragma once
// LiveStatistics: how the policies of a service do, from the newest sessions that it has seen. What
// is liked has a value above 0 in the main behaviour. All figures of policies are over sessions,
// since slates of one session are no independent trials; a session counts with what it has so far.
//
//   share liked         of a session: items liked over items shown. Mean over sessions with a slate
//   slates per session  mean over sessions with a slate
//   agreement           of a shadow, over sessions: the mean over its slates of AgreementOf
//                       (serve/shadow_policies.h)
// Intervals are Student's, at 95%; those of a difference are Welch's. They are cut to what can be.
//
// Memory is bounded: of `keep` sessions each slate and each item liked is kept, and an hour's
// minutes. All calls may come from several threads.

#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lerl/events/event_store.h"

namespace lerl {

// A mean with its 95% interval, which needs two sessions.
struct LiveMean {
  int64_t count = 0;  // sessions
  double mean = 0;
  double variance = 0;  // of the sessions, unbiased; 0 of a single one
  std::optional<double> low = {}, high = {};
};

struct PolicyStatistics {
  std::string policy = {};
  int64_t sessions = 0, running = 0;  // all of the kept; those that have not ended
  int64_t slates = 0, items_shown = 0, items_liked = 0;
  std::map<std::string, int64_t> origins = {};  // of the plans
  LiveMean share_liked = {}, slates_per_session = {};
  LiveMean agreement = {};  // over the sessions in which it was a shadow
};

// One minute, by when its slates were shown.
struct MinuteStatistics {
  int64_t from_us = 0;
  int64_t slates = 0, items_shown = 0, items_liked = 0;
  int64_t sessions = 0;           // that had their newest slate in it
  double slates_per_session = 0;  // of these, all slates counted
};

class LiveStatistics {
 public:
  static constexpr int64_t kMinutes = 60;

  explicit LiveStatistics(std::string behaviour, size_t keep = 2000)
      : behaviour_(std::move(behaviour)), keep_(keep) {}

  // A session as it is stored, in place of what was known of it.
  void Put(const StoredSession& stored);
  // False, and nothing has changed, where the session is not known, or not all that came before:
  // then it is to be put anew. A slate that was shown before changes nothing.
  bool AddSlate(const SlateRecord& slate);
  // `added` of the records were not known to the store.
  bool AddFeedback(const std::string& session, const std::vector<FeedbackRecord>& records,
                   int64_t added);
  // What a shadow agreed on with a slate that is known; each of them is to come once.
  void AddAgreement(const std::string& session, const std::string& policy, double agreement);
  // Whether it was known to run.
  bool End(const std::string& session);
  void Forget(const std::string& user);
  // Whether all is known that the store says of a session, by the number of its records.
  bool Knows(const SessionState& state) const;

  // By policy, in the order of their names.
  std::vector<PolicyStatistics> Policies() const;
  // The minutes that end with that of `now_us`, oldest first.
  std::vector<MinuteStatistics> Minutes(int64_t now_us) const;
  size_t sessions() const;
  size_t keep() const { return keep_; }

 private:
  struct Step {
    int64_t shown_us = 0, items = 0;
    std::set<std::string> liked = {};
  };
  struct Session {
    std::string user = {}, policy = {};
    bool running = true;
    int64_t feedback = 0;  // records
    std::vector<Step> steps = {};
    std::map<std::string, int64_t> origins = {};
    std::map<std::string, std::pair<double, int64_t>> agreements = {};  // sum and count, by shadow
  };
  static void Show(Session& session, const SlateRecord& slate);
  void Answer(Session& session, const FeedbackRecord& record) const;

  const std::string behaviour_;
  const size_t keep_;
  mutable std::mutex mutex_;
  std::map<std::string, Session> sessions_;
  std::deque<std::string> order_;  // of sessions_, oldest first
};

inline constexpr double kNoBound = std::numeric_limits<double>::infinity();

// Mean and 95% interval of a - b, from the means of two policies whose values are from 0 to `most`;
// without an interval where one of them has fewer than two sessions.
LiveMean DifferenceOf(const LiveMean& a, const LiveMean& b, double most = kNoBound);

}  // namespace lerl
