#pragma once
// EventStore: everything that a service showed and what people answered. Sessions live here and
// nowhere else, so that any process that reaches the store can go on with any of them.
//
//   session    a visit of one user, who is served by one policy
//   slate      what one step of a session showed, with the probabilities of choosing it
//   feedback   what the user did with an item of a slate; its id makes it count once
//   shadow     what a policy that is not shown would have shown in the place of a slate
//   decision   that an experiment between policies is over for one of them
//   item       one that the data set does not have, or that may not be shown (events/item_record.h)
//
// What a call has written is on the disk when the call returns: it outlives the process and the
// machine's power. All calls may come from several threads and several processes at once.
//
// Errors: Error(kIo) where the store can't be reached or written (a full disk, a server that is
// gone), Error(kBusy) where another process holds it for longer than the settings allow. Both may
// be tried again. Error(kData) where the store is damaged or of a newer version of the program.
// Error(kUsage) for a record that no store takes (events/record_checks.h): a number that is not
// finite, a text that is not UTF-8 or holds a zero byte, an id that is empty or too long.
//
// A call that throws has changed nothing, but for DeleteBefore, which may have forgotten a part,
// and for one case that its message names: the server of a store was lost while it wrote, and did
// not come back in time to say whether it had. Trying again is then right as well: what had been
// written counts once.
//
// Axes: K items of a slate.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lerl/events/item_record.h"

namespace lerl {

// Times are microseconds since 1970, UTC, by the server's clock unless it says otherwise.
struct SessionRecord {
  std::string id;    // drawn at random, so that nobody can guess it
  std::string user;  // as the product names it
  std::string policy;
  uint64_t seed = 0;  // of all that is drawn in the session
  int64_t started_us = 0;
  int64_t ended_us = 0;    // 0 while it runs
  std::string end;         // why it ended: "client", "limit", "idle"; "" while it runs
  std::string split = {};  // the split of users that chose the policy; "": none did

  bool operator==(const SessionRecord&) const = default;
};

struct SlateRecord {
  std::string session;
  int32_t step = 0;  // from 0
  int64_t shown_us = 0;
  std::string request;                     // id of the request that it answered
  std::string version;                     // of the policy
  std::vector<std::string> items;          // [K] in the order shown
  std::vector<double> probabilities;       // [K] of each item, given those before it
  double log_probability = 0;              // of the slate in this order: the sum of their logs
  double temperature = 0;                  // of the draw; 0: the best, not drawn
  int64_t candidates = 0;                  // items that it was drawn from
  std::string candidates_hash, plan_hash;  // of the items, and of the categories that were allowed
  std::vector<std::string> plan;           // categories, best first; empty: all were allowed
  std::string origin, reason;              // of the plan (planner/planner.h)

  bool operator==(const SlateRecord&) const = default;
};

struct FeedbackRecord {
  std::string event;  // its id, from the product; two records with one id are one event
  std::string session;
  int32_t step = 0;
  std::string item;
  std::map<std::string, double> behaviours;  // such as {"like": 1}; what is not named is not said
  int64_t happened_us = 0;                   // by the product's clock; 0: it did not say
  int64_t received_us = 0;
  int64_t number = 0;  // in its session, from 1, in the order received; the store sets it

  bool operator==(const FeedbackRecord&) const = default;
};

// What begins the ids of events that the store itself adds for items about which nobody said
// anything (EventStore::AnswerByDefault).
inline constexpr char kDefaultEventPrefix[] = "default:";
// Why a session has ended that lay idle.
inline constexpr char kIdleEnd[] = "idle";

// A slate that a policy chose for the state in which another one's was shown.
struct ShadowRecord {
  std::string session;
  int32_t step = 0;  // of the slate that was shown
  std::string policy = {}, version = {};
  int64_t chosen_us = 0;
  std::vector<std::string> items = {};     // [K] in order
  std::vector<double> probabilities = {};  // [K] of each of them, given those before it
  // [K] of each item that was shown, given those before it; 0 where it could not have been chosen
  std::vector<double> shown_probabilities = {};

  bool operator==(const ShadowRecord&) const = default;
};

// What is needed to see whether a copy of a session is up to date.
struct SessionState {
  SessionRecord session;
  int32_t steps = 0;     // slates so far
  int64_t feedback = 0;  // number of the newest feedback; 0: none
};

enum class FeedbackOutcome : uint8_t {
  kAdded,
  kRepeated,  // the event is known and says the same: nothing changed, and nothing is wrong
  kConflict,  // the event's id is known and stands for something else
  kNoSession,
};

struct DecisionRecord {
  std::string experiment, policy;
  std::string
      outcome;  // "worse": it is stopped; "better", or an apprentice "agrees": it serves all
  int64_t decided_us = 0;
  int64_t users = 0, first_users = 0;        // of the policy, and of the one it was compared with
  double difference = 0, low = 0, high = 0;  // from that one, or agreement; with the interval

  bool operator==(const DecisionRecord&) const = default;
};

struct StoreSize {
  int64_t bytes = 0, sessions = 0, slates = 0, feedback = 0;
};

// A whole session, for export and for learning.
struct StoredSession {
  SessionRecord session;
  std::vector<SlateRecord> slates;         // by step
  std::vector<FeedbackRecord> feedback;    // by number
  std::vector<ShadowRecord> shadows = {};  // by step, then by policy

  bool operator==(const StoredSession&) const = default;
};

class EventStore {
 public:
  virtual ~EventStore() = default;

  // Adds a session that runs: `ended_us` is 0 and `end` "". A session that is known and began alike
  // stays as it is; Error(kUsage) where its id stands for another.
  virtual void AddSession(const SessionRecord& session) = 0;
  virtual std::optional<SessionState> FindSession(const std::string& id) = 0;
  // Returns false, and changes nothing, where the session has ended before or does not exist.
  // `ended_us` is above 0 and `end` says something.
  virtual bool EndSession(const std::string& id, int64_t ended_us, const std::string& end) = 0;

  // Ends the sessions that have not ended, began before `before_us`, and have had neither slate nor
  // feedback since: at most the `most` that began first. Returns their ids.
  virtual std::vector<std::string> EndIdle(int64_t before_us, int64_t ended_us, int64_t most) = 0;

  // Returns false, and changes nothing, where the session has ended, does not exist, or where
  // `slate.step` is not its number of slates: another process was faster.
  virtual bool AddSlate(const SlateRecord& slate) = 0;
  // The slates of a session from `first_step` on, by step.
  virtual std::vector<SlateRecord> Slates(const std::string& session, int32_t first_step) = 0;

  // Adds all records, which belong to one session, or none: where one is in conflict, or where the
  // session does not exist, nothing changes. One outcome for each record; beside a conflict those
  // of the others say what would have become of them. Two records of an event say the same where
  // all but `received_us` and `number` is equal. Feedback for a session that has ended is taken,
  // since answers may be late. Whether the item was shown is not looked at.
  virtual std::vector<FeedbackOutcome> AddFeedback(std::span<const FeedbackRecord> records) = 0;
  // The feedback of a session whose number is above `after`, by number.
  virtual std::vector<FeedbackRecord> Feedback(const std::string& session, int64_t after) = 0;

  // Answers for those who said nothing: of slates shown before `before_us` that no call has looked
  // at yet, the first `most` get feedback with these behaviours for each item about which there is
  // none, received at `now_us`, all or none. Its event is "default:SESSION:STEP:POSITION". What is
  // said later counts as ever: the newest feedback of an item does. Returns how many slates were
  // looked at, and the sessions of which one got an answer.
  struct DefaultAnswers {
    int64_t slates = 0, answers = 0;
    std::vector<std::string> sessions = {};
  };
  virtual DefaultAnswers AnswerByDefault(int64_t before_us, int64_t now_us,
                                         const std::map<std::string, double>& behaviours,
                                         int64_t most) = 0;

  // Adds what a policy would have shown in the place of a slate. Returns false, and changes
  // nothing, where there is no such slate, or the policy has said so before.
  virtual bool AddShadow(const ShadowRecord& shadow) = 0;
  // The shadows of a session, by step and then by policy.
  virtual std::vector<ShadowRecord> Shadows(const std::string& session) = 0;

  // The newest sessions of a user that began before `before_us`, newest first, `most` at most.
  virtual std::vector<SessionRecord> SessionsOf(const std::string& user, int64_t before_us,
                                                int64_t most) = 0;
  // The newest sessions of all users, the latest begun first. Sessions that began at the same time
  // are ordered by id, everywhere.
  virtual std::vector<SessionState> NewestSessions(int64_t most) = 0;

  // Calls `visit` with each session that began in [from_us, to_us), in the order in which they
  // began. What is written meanwhile may be seen or not.
  virtual void ForEachSession(int64_t from_us, int64_t to_us,
                              const std::function<void(const StoredSession&)>& visit) = 0;

  // The first `most` sessions of a split behind (after_us, after_id) that began before `to_us`, in
  // the order in which they began. An empty `after_id` lies before all ids.
  virtual std::vector<StoredSession> SessionsOfSplit(const std::string& split, int64_t after_us,
                                                     const std::string& after_id, int64_t to_us,
                                                     int64_t most) = 0;
  // Returns false, and changes nothing, where the experiment has a decision on the policy.
  virtual bool AddDecision(const DecisionRecord& decision) = 0;
  // The decisions of an experiment, the first one first.
  virtual std::vector<DecisionRecord> Decisions(const std::string& experiment) = 0;

  // Forgets a user: all sessions with slates and feedback. Returns how many sessions there were.
  virtual int64_t DeleteUser(const std::string& user) = 0;
  // The same for all sessions that began before a time and have ended, or have had neither slate
  // nor feedback since it. It goes in pieces, so that others can write meanwhile.
  virtual int64_t DeleteBefore(int64_t before_us) = 0;

  // Takes in sessions of another store, all or none. Of a session that is known, it adds what is
  // lacking: slates, feedback, the end. Returns how many sessions brought something new. Feedback
  // is numbered anew, in the order given. Error(kData) where a session is known and says otherwise.
  virtual int64_t Import(std::span<const StoredSession> sessions) = 0;

  // Adds all items, as they are given, or none: where one is in conflict nothing changes. One
  // outcome for each; two records of an item say the same where title, categories and text are
  // equal.
  virtual std::vector<ItemOutcome> AddItems(std::span<const ItemRecord> items) = 0;
  // Says since when an item may not be shown; 0: it may again. An item that nobody added has a
  // record for as long as it is withdrawn. Returns false, and changes nothing, where the item is
  // withdrawn already, or is not when it is to be shown again.
  virtual bool SetWithdrawn(const std::string& item, int64_t withdrawn_us) = 0;
  // All of them, by number.
  virtual std::vector<ItemRecord> Items() = 0;
  // Changes with what Items says of added and withdrawn items, but not with how often they were
  // shown.
  virtual int64_t ItemsRevision() = 0;
  // Adds to how often added items were shown; others are passed over. Where a server was lost on
  // the way, this may count twice.
  virtual void CountShown(const std::map<std::string, int64_t>& shown) = 0;

  virtual StoreSize Size() = 0;
  // Throws where the store can't be read and written at this moment.
  virtual void Ping() = 0;
};

}  // namespace lerl
