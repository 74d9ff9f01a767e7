#pragma once
// PolicyWorker: a served policy for many threads. Whoever asks while the policy is busy waits, and
// all who have waited are answered in one batch: the more requests there are, the larger the
// batches, as far as the scores of all items need no more than 64 MB. No thread of its own is
// needed, since one of those who ask does the work for all. The wait counts towards the deadline of
// a slow planner.

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "lerl/serve/served_policy.h"

namespace lerl {

class PolicyWorker {
 public:
  explicit PolicyWorker(std::unique_ptr<ServedPolicy> policy, int largest_batch = 64);

  ~PolicyWorker();

  // As ServedPolicy::Choose, of one session. No two threads may ask for one session at a time.
  std::optional<Choice> Choose(const LiveSession& session);

  // As ServedPolicy::ChooseInPlaceOf, when nobody waits for a slate.
  std::optional<ShadowChoice> ChooseInPlaceOf(const LiveSession& session,
                                              std::span<const int32_t> shown);

  // Says that a session will need a slate soon, so that a slow planner can think ahead. Of each
  // session only the newest state counts. Returns at once.
  void Soon(const LiveSession& session);
  bool plans_ahead() const { return policy_->deadline_planner() != nullptr; }
  // How a slow planner is doing; nothing where the policy has none.
  std::optional<PlannerHealth> Health() const;
  // Makes a slow planner ready to serve in the place of another worker's of the same run: it knows
  // the latest plans, and is waited for at most so long. Without one nothing is done.
  void Replace(const PolicyWorker& before, std::chrono::milliseconds most);

  const ServedRun& run() const { return policy_->run(); }
  std::shared_ptr<const World> world() const { return policy_->world(); }
  const ServedItems& items() const { return policy_->items(); }
  int64_t waiting() const;  // requests that wait for the policy now
  int slate_size() const { return policy_->slate_size(); }

 private:
  struct Job;
  std::optional<PlanSnapshot> Foresee();
  std::vector<Job*> NextBatch();
  void SetFree();  // with mutex_ held
  void TellPlanner(DeadlinePlanner::Clock::time_point came);
  void Answer(const std::vector<Job*>& batch);

  const int largest_batch_;
  mutable std::mutex mutex_;  // of all but the policy, which belongs to whoever has made busy_ true
  std::condition_variable free_;  // nobody is at work
  bool busy_ = false, closing_ = false;
  std::vector<Job*> waiting_;
  std::vector<LiveSession> soon_;  // the newest last
  // Goes first: its planner's thread calls Foresee.
  const std::unique_ptr<ServedPolicy> policy_;
};

}  // namespace lerl
