#pragma once
// Recommender: the service without HTTP. A session is started for a user, asks for slates and sends
// feedback; all of it is in the store before an answer is given. So the answer to feedback that was
// acknowledged is in the next slate, whoever serves that, and nothing that was acknowledged is lost
// with a process.
//
//   session = recommender.Start("42");
//   slate = recommender.Recommend(session.id, {});
//   recommender.TakeFeedback(session.id, feedback);
//   recommender.End(session.id);
//
// All calls may come from several threads, and several recommenders may share one store. They throw
// Refusal for requests that can't be met, and what the store throws (events/event_store.h).

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "lerl/base/periodic.h"
#include "lerl/events/event_store.h"
#include "lerl/serve/apprentice.h"
#include "lerl/serve/catalog.h"
#include "lerl/serve/experiment.h"
#include "lerl/serve/item_desk.h"
#include "lerl/serve/policy_worker.h"
#include "lerl/serve/recommender_config.h"
#include "lerl/serve/session_cache.h"
#include "lerl/serve/session_upkeep.h"
#include "lerl/serve/shadow_policies.h"

namespace lerl {

struct PolicyInfo {
  std::string name, version, agent, planner, folder;
  int slate_size = 0;
  bool shadow = false;                               // it answers beside others and is not shown
  std::optional<PlannerHealth> planner_health = {};  // of a planner that asks a language model
};

struct FeedbackCounts {
  int64_t accepted = 0, repeated = 0;
};

class Recommender {
 public:
  using Clock = std::function<int64_t()>;  // microseconds since 1970

  // Loads the runs, which must be of one data set, and tests each of them. The store must outlive
  // the recommender. Throws Error(kConfig) where the experiment's settings contradict each other or
  // the runs; where a shadow is not served, is the first policy, or has a share; where the default
  // answer is of a behaviour that the data don't have.
  Recommender(EventStore& store, std::vector<NamedRun> runs, const RecommenderConfig& config,
              Clock clock = SystemClock);

  // Starts a session. `user` has 1 to 128 bytes, without control characters; somebody whom the data
  // don't know is served as a guest. Without a policy's name the experiment says which one serves.
  SessionRecord Start(const std::string& user, const std::string& policy = "");

  // The next slate of a session. With `step`, the slate of that step: if it has been shown, it is
  // the same again, so that a request may be repeated; it must not lie beyond the next one. In a
  // session that began while the first policy was an apprentice it is `product` [K], what the
  // product shows; in others that is passed over. `wish` is what the user says that they feel like
  // (wishes/wish_text.h); it counts for the slate that is made by this call, and is
  // not stored. One with a problem is refused.
  SlateRecord Recommend(const std::string& session, std::optional<int32_t> step,
                        const std::string& request = "",
                        const std::vector<std::string>& product = {},
                        const std::optional<std::string>& wish = std::nullopt);

  // Takes feedback for slates of a session, all of it or none. What has been taken before is
  // counted as repeated and changes nothing.
  FeedbackCounts TakeFeedback(const std::string& session, std::vector<FeedbackRecord> records);

  // Ends a session; false where it had ended.
  bool End(const std::string& session);

  // A session as it is stored.
  StoredSession Session(const std::string& id);

  // Loads all policies anew from their folders. Where one fails, all stay as they are.
  std::vector<PolicyInfo> Reload();
  std::vector<PolicyInfo> Policies() const;

  // Sessions kept in memory, and an end to that: those that go on are read anew.
  int64_t cached_sessions() const { return sessions_->size(); }
  void DropCachedSessions() { sessions_->Clear(); }

  // Items to add and to withdraw. Slates that are chosen here after a call know of it.
  ItemDesk& items() { return items_; }
  // Loads the policies with the items of the store, where these have changed, and returns whether
  // they have. Others do the same every config.items_seconds.
  bool RefreshItems();

  // What is served now; a later one has the same indices, and more where items were added.
  std::shared_ptr<const Catalog> catalog() const;
  Experiment& experiment() { return *experiment_; }
  Apprentice* apprentice() const { return apprentice_.get(); }  // null: there is none
  SessionUpkeep& upkeep() { return *upkeep_; }
  EventStore& store() { return store_; }
  const RecommenderConfig& config() const { return config_; }
  ShadowPolicies* shadows() const { return shadows_.get(); }  // null: there are none
  static int64_t SystemClock();

 private:
  using Workers = std::map<std::string, std::shared_ptr<PolicyWorker>>;
  // What is loaded and served as one.
  struct Served {
    Workers workers;
    std::shared_ptr<const Catalog> catalog;  // of the first policy
    std::string fingerprint;                 // of the data set
    int64_t items_revision = 0;              // of the store when it was read
  };

  Served Load() const;
  void Serve(Served served);
  void CountShown();
  ChosenPolicy Choose(const std::string& user);
  std::shared_ptr<PolicyWorker> WorkerOf(const std::string& policy) const;
  std::shared_ptr<OpenSession> Open(const std::string& id);
  bool End(const std::string& session, const std::string& why);
  void ThinkAhead(const std::string& session, PolicyWorker& worker);
  void RequireRunning(OpenSession& session, int64_t now);
  void CheckFeedback(const OpenSession& session, const FeedbackRecord& record, size_t n) const;
  bool AllKnown(const std::string& session, const std::vector<FeedbackRecord>& records);
  SlateRecord NextSlate(const OpenSession& session, PolicyWorker& worker) const;

  EventStore& store_;
  const std::vector<NamedRun> runs_;
  const RecommenderConfig config_;
  const Clock clock_;
  std::mutex load_mutex_;                   // of who changes served_
  mutable std::shared_mutex served_mutex_;  // of who reads it besides
  Served served_;
  std::unique_ptr<Experiment> experiment_;
  std::unique_ptr<Apprentice> apprentice_;
  std::unique_ptr<SessionCache> sessions_;
  std::unique_ptr<SessionUpkeep> upkeep_;
  ItemDesk items_;
  std::unique_ptr<ShadowPolicies> shadows_;
  std::unique_ptr<Periodic> refresher_;  // last: its thread uses the rest
};

}  // namespace lerl
