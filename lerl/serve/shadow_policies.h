#pragma once
// ShadowPolicies: policies that answer beside the one that is shown. After each slate that people
// see, every shadow chooses what it would have shown in its place, from the same session; that is
// stored, and shown to nobody. So a policy can be watched with real sessions before it serves any.
//
//   agreement = |items of the shadow's slate that were shown| / K
//
// Shadows work in a thread of their own, so nobody waits for them. Where they fall behind, the
// oldest slates go without. What they wait for with the end of the service is dropped.
//
// Axes: K items of the slate that was shown.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "lerl/events/event_store.h"
#include "lerl/serve/catalog.h"
#include "lerl/serve/policy_worker.h"

namespace lerl {

// The share of the items shown that the shadow would have shown too.
double AgreementOf(const ShadowRecord& shadow, const std::vector<std::string>& shown);

class ShadowPolicies {
 public:
  static constexpr size_t kMostWaiting = 1000;
  using WorkerOf = std::function<std::shared_ptr<PolicyWorker>(const std::string& policy)>;
  using CatalogNow = std::function<std::shared_ptr<const Catalog>()>;
  using Listener = std::function<void(const ShadowRecord&, double agreement)>;

  // The store must outlive it. `catalog` and `worker_of` give what is served now; `clock` is in
  // microseconds since 1970.
  ShadowPolicies(EventStore& store, CatalogNow catalog, std::vector<std::string> policies,
                 WorkerOf worker_of, std::function<int64_t()> clock);
  ~ShadowPolicies();

  // A slate that was shown after the steps of `session` by the policy `by`, which is no shadow of
  // itself. Returns at once.
  void Add(LiveSession session, SlateRecord shown, std::string by);

  // Called with each record that was stored, by the thread of this. When this returns, the one
  // before is not called any more.
  void ListenBy(Listener listener);

  int64_t dropped() const;  // slates that went without
  void WaitUntilIdle();     // for tests

 private:
  struct Job {
    LiveSession session;
    SlateRecord shown;
    std::string by;
  };
  void Work();
  void Answer(const Job& job);
  void Answer(const Job& job, const std::string& policy);

  EventStore& store_;
  const CatalogNow catalog_;
  const std::vector<std::string> policies_;
  const WorkerOf worker_of_;
  const std::function<int64_t()> clock_;
  mutable std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  std::deque<Job> waiting_;
  int64_t dropped_ = 0;
  bool busy_ = false, ends_ = false;
  std::mutex listener_mutex_;
  Listener listener_;
  std::thread thread_;  // last: it uses the rest
};

}  // namespace lerl
