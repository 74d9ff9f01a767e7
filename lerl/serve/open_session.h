#pragma once
// OpenSession: a stored session as policies see it. An item counts as answered by what the newest
// feedback says of each behaviour; of what nobody said anything, `no` is assumed.
//
// Axes: K items of a slate.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/events/event_store.h"
#include "lerl/serve/catalog.h"

namespace lerl {

// A slate that was shown, with what is known of the answers.
struct LiveStep {
  std::vector<int32_t> items;       // [K]
  std::vector<uint32_t> responses;  // [K] bit f: behaviour f was given
  bool operator==(const LiveStep&) const = default;
};

// A session as a policy sees it.
struct LiveSession {
  std::string id;
  int32_t user = 0;                 // of the data set; the guest for somebody whom it does not know
  uint64_t seed = 0;                // of the draws
  std::vector<LiveStep> past = {};  // of the user's earlier sessions when it began, oldest first
  std::vector<LiveStep> steps = {};  // of this session
  std::string wish = {};             // in words, for the next slate; "": none. It is not stored.
};

struct OpenSession {
  SessionRecord record;
  LiveSession live;                      // without the steps whose items the data set does not know
  std::vector<SlateRecord> slates = {};  // all of them, by step
  std::vector<int64_t> live_step = {};   // [slates] place in live.steps; -1: it is not there
  int64_t feedback = 0;                  // number of the newest feedback taken in
  int64_t active_us = 0;                 // when it was started, shown a slate or answered last
};

// A session of which nothing was shown yet.
OpenSession OpenAtStart(const SessionRecord& record, const Catalog& catalog);
// Take in what was shown, and then what was answered, since.
void TakeSlates(OpenSession& session, std::vector<SlateRecord> slates, const Catalog& catalog);
void TakeFeedback(OpenSession& session, std::span<const FeedbackRecord> feedback,
                  const Catalog& catalog);

inline constexpr size_t kEarlierSessions = 20;  // of a user, that are looked at for a past

// The steps of a session as they stood at a time: what had been shown, with what had been answered.
std::vector<LiveStep> StepsUntil(StoredSession stored, int64_t until_us, const Catalog& catalog);
// Puts the steps of an earlier session before a past. Returns false once that has `longest` steps,
// the newest.
bool GoBack(std::vector<LiveStep>& past, const std::vector<LiveStep>& earlier, size_t longest);

}  // namespace lerl
