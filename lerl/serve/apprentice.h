#pragma once
// Apprentice: a policy that a product trusts with nobody yet. The product shows its own slates and
// sends them, with what people answered; the policy chooses beside it what it would have shown
// (serve/shadow_policies.h). It serves new sessions once it agrees with the product:
//
//   R_i   of user i: mean over sessions of the mean over slates of AgreementOf
//
// where the lower end of a confidence sequence of 95% of the mean of R (eval/confidence_sequence.h)
// is above the setting `agreement`, so that looking often does not let it serve by chance. A
// session counts once it is `counted_minutes` old, with what was shown and chosen in these minutes.
// Another version of the policy begins anew, so that a policy can be taught by what the product
// showed (learn/learn_config.h, `imitate`), loaded, and looked at again.
//
// That it serves is written to the store once, under the name of the experiment: all processes of
// the store follow it, whatever versions come later. A session stays with who began it.

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "lerl/base/config.h"
#include "lerl/eval/statistics.h"
#include "lerl/events/event_store.h"
#include "lerl/serve/split_sessions.h"
#include "lerl/serve/user_means.h"

namespace lerl {

// The policy and the version by which slates of the product stand in the store, and the origin of
// their plans. No run may be served by this name.
inline constexpr char kProduct[] = "product";

struct ApprenticeConfig {
  double agreement = 0;
  double counted_minutes = 30;
  int64_t smallest = 100;

  bool given() const { return agreement > 0; }

  void VisitFields(FieldVisitor& visit) {
    visit("agreement", agreement,
          "mean share of the product's own slates above which, for sure, the first policy begins "
          "to serve; until then what the product sends is shown; 0: the policy serves at once",
          Range{0, 1});
    visit("counted_minutes", counted_minutes, "of each session, from its start, that count",
          Range{0.01, 1e6});
    visit("smallest", smallest, "users before the agreement is told and decides", Range{2, 1e9});
  }
};

struct ApprenticeStatus {
  std::string policy = {}, version = {};
  bool serves = false;
  double needed = 0;                   // the setting `agreement`
  int64_t smallest = 0;                // users for an agreement and a decision
  int64_t users = 0;                   // that count of this version
  double agreement = 0;                // mean of R; 0 without users
  std::optional<Interval> interval{};  // nothing with too few users
  std::optional<DecisionRecord> decision{};
};

class Apprentice {
 public:
  using Clock = std::function<int64_t()>;           // microseconds since 1970
  using VersionNow = std::function<std::string()>;  // of the policy that is loaded

  // The store must outlive it. `experiment` names what is decided.
  Apprentice(EventStore& store, std::string policy, const ApprenticeConfig& config,
             const std::string& experiment, VersionNow version, Clock clock);

  // All may be called from several threads. They throw what the store throws.

  // The split of sessions that the product fills from now on; nothing once the policy serves.
  std::optional<std::string> Split();
  // Counts the sessions that have become old enough, most of them at a call, and decides. False
  // where there are more to count: call it again.
  bool Evaluate();
  ApprenticeStatus Status() const;
  // How often Evaluate is worth a call.
  int64_t EveryUs() const;

 private:
  bool Serves();
  bool CountUntil(int64_t to_us);
  void Count(const StoredSession& stored);
  std::optional<Interval> Agreement() const;

  EventStore& store_;
  const std::string policy_;
  const ApprenticeConfig config_;
  const std::string decided_as_;  // the name of the decision
  const VersionNow version_;
  const Clock clock_;
  const int64_t counted_us_;

  std::mutex evaluating_;  // of Evaluate
  std::optional<SplitSessions> unread_;
  mutable std::mutex mutex_;     // of all below
  std::string counted_version_;  // that means_ are of
  UserMeans means_;              // R
  std::optional<DecisionRecord> decision_;
};

}  // namespace lerl
