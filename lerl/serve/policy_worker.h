#pragma once
// PolicyWorker: a served policy for many threads. Whoever asks while the policy is busy waits, and
// all who have waited are answered in one batch: the more requests there are, the larger the
// batches. No thread of its own is needed, since one of those who ask does the work for all.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "lerl/serve/served_policy.h"

namespace lerl {

class PolicyWorker {
 public:
  explicit PolicyWorker(std::unique_ptr<ServedPolicy> policy, int largest_batch = 64);

  // As ServedPolicy::Choose, of one session. No two threads may ask for one session at a time.
  std::optional<Choice> Choose(const LiveSession& session);

  const ServedRun& run() const { return policy_->run(); }
  std::shared_ptr<const World> world() const { return policy_->world(); }
  int slate_size() const { return policy_->slate_size(); }

 private:
  struct Job;
  std::vector<Job*> NextBatch();
  void Answer(const std::vector<Job*>& batch);

  const std::unique_ptr<ServedPolicy> policy_;
  const int largest_batch_;
  std::mutex mutex_;
  std::condition_variable answered_;
  bool busy_ = false;
  std::vector<Job*> waiting_;
};

}  // namespace lerl
