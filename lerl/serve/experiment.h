#pragma once
// Experiment: which policy serves whom, for how long, and what comes of it. Users are split by a
// hash of their names between the first policy, the champion, and its challengers. A session keeps
// the policy that it began with; it carries the split that chose it, and a decision on a challenger
// is written to the store once, so that all processes of a store split and decide alike, also after
// they were started anew.
//
//   R_i   of user i: mean over the sessions that the split chose the policy of, of the share of
//         items that were liked (serve/user_means.h). A session counts once it is
//         `counted_minutes` old, with what was shown and answered in these minutes; one that
//         showed nothing in them does not count
//
// The difference of a challenger from the champion is a confidence sequence of 95% over the users
// of both (eval/confidence_sequence.h), in the order in which they came, with
// p = its share / (its share + the champion's). So it may be looked at all the time. Beyond what is
// approximate there: a user counts from the first session on, and R_i changes with later ones,
// while values of a proved sequence stay; each challenger has 5% of its own; and what was deleted
// from the store stays in the figures of a process until it is started anew.
//
// Sessions are read in the order in which they began, each once (serve/split_sessions.h). A session
// that is written later than `counted_minutes` after its start by its own clock is missed.

#include <cstdint>
#include <functional>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/eval/statistics.h"
#include "lerl/events/event_store.h"
#include "lerl/serve/split_sessions.h"
#include "lerl/serve/user_means.h"

namespace lerl {

struct ExperimentConfig {
  std::vector<double> shares = {};
  std::string experiment = "1", from = {}, until = {};
  double counted_minutes = 30;
  int64_t smallest_experiment = 100;
  double stop_when_worse = -1, stop_when_better = -1;

  void VisitFields(FieldVisitor& visit) {
    visit("shares", shares,
          "of the users, for each policy in the order served, such as [0.9, 0.1]; empty: the first "
          "one serves all",
          Range{0, 1});
    visit("experiment", experiment,
          "name of a split of users and of what is decided about it; another name begins anew");
    visit("from", from,
          "time from which users are split, such as 2026-03-01T00:00:00Z; empty: any");
    visit("until", until, "time from which the first policy serves all again; empty: never");
    visit("counted_minutes", counted_minutes,
          "of each session, from its start, that its experiment counts; figures are as old",
          Range{0.01, 1e6});
    visit("smallest_experiment", smallest_experiment,
          "users of a policy and of the first one before their difference is told and a rule acts",
          Range{2, 1e9});
    visit(
        "stop_when_worse", stop_when_worse,
        "share liked by which a policy must be worse than the first one, for sure, to be stopped: "
        "the first one then serves its users; below 0: it is never stopped",
        Range{-1, 1});
    visit(
        "stop_when_better", stop_when_better,
        "share liked by which it must be better, for sure, to serve everybody from then on; below "
        "0: it never does so by itself",
        Range{-1, 1});
  }
};

// A policy of an experiment, now.
struct ArmStatus {
  std::string policy;
  double share = 0, share_now = 0;       // by the settings; in force
  int64_t users = 0;                     // that count
  double share_liked = 0;                // mean of R; 0 without users
  std::optional<Interval> difference{};  // from the first one; nothing with too few users
  std::optional<DecisionRecord> decision{};
};

enum class ExperimentState : uint8_t { kWaiting, kRunning, kDecided, kOver };
inline constexpr const char* kExperimentStateNames[] = {"waiting", "running", "decided", "over"};

struct ExperimentStatus {
  std::string name;
  ExperimentState state{};  // kDecided: one policy serves all by a decision; kOver: by the date
  std::optional<int64_t> from_us{}, until_us{};
  int64_t smallest = 0;          // users of two policies for a difference and a decision
  int64_t sessions = 0;          // that count
  int64_t counted_until_us = 0;  // start of the newest sessions that were looked at; 0: of none yet
  std::vector<ArmStatus> arms;   // in the order served
};

// A policy, and the split that chose it: "" where the session is not to count.
struct ChosenPolicy {
  std::string policy, split;
};

class Experiment {
 public:
  using Clock = std::function<int64_t()>;  // microseconds since 1970

  // Of policies in the order served. What is liked has a value above 0 in `behaviour`. The store
  // must outlive the experiment. Throws Error(kConfig) where settings contradict each other.
  Experiment(EventStore& store, std::vector<std::string> policies, std::string behaviour,
             const ExperimentConfig& config, Clock clock);

  // All may be called from several threads. They throw what the store throws.

  // Who serves a new session of a user: by the shares always the same one, while nothing is
  // decided.
  ChosenPolicy Choose(const std::string& user);
  // Counts the sessions that have become old enough, most of them at a call, and decides by the
  // rules. False where there are more to count: call it again.
  bool Evaluate();
  // Nothing without shares.
  std::optional<ExperimentStatus> Status() const;
  // How often Evaluate is worth a call.
  int64_t EveryUs() const;

 private:
  void CheckShares() const;
  void CheckRules() const;
  bool InForce(int64_t now_us) const { return now_us >= from_us_ && now_us < until_us_; }
  size_t ArmOf(const std::string& user) const;
  const DecisionRecord* DecisionOn(const std::string& policy) const;
  std::optional<size_t> Winner() const;
  bool IsOpen() const;
  std::vector<double> SharesNow(int64_t now_us) const;
  double ShareOfBoth(size_t arm) const;
  std::optional<Interval> Difference(size_t arm) const;
  std::optional<DecisionRecord> Judge(size_t arm, int64_t now_us) const;
  void ReadDecisions();
  bool CountUntil(int64_t to_us);
  void Count(const StoredSession& session);

  EventStore& store_;
  const std::vector<std::string> policies_;
  const std::string behaviour_;
  const ExperimentConfig config_;
  const Clock clock_;
  const int64_t counted_us_;
  int64_t from_us_ = std::numeric_limits<int64_t>::min();
  int64_t until_us_ = std::numeric_limits<int64_t>::max();
  std::string split_;  // "" where there is nothing to compare

  std::mutex evaluating_;  // of Evaluate
  std::optional<SplitSessions> unread_;
  mutable std::mutex mutex_;               // of all below
  std::vector<DecisionRecord> decisions_;  // on challengers that are served, the first one first
  std::vector<UserMeans> arms_;            // [policies] R
  int64_t sessions_ = 0, counted_until_us_ = 0;
};

}  // namespace lerl
