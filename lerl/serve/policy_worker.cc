#include "lerl/serve/policy_worker.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "lerl/base/index.h"

namespace lerl {

struct PolicyWorker::Job {
  const LiveSession* session;
  bool done = false;
  std::optional<Choice> choice = {};
  std::exception_ptr error = {};
};

PolicyWorker::PolicyWorker(std::unique_ptr<ServedPolicy> policy, int largest_batch)
    : policy_(std::move(policy)), largest_batch_(largest_batch) {}

std::optional<Choice> PolicyWorker::Choose(const LiveSession& session) {
  Job job{.session = &session};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&job);
  while (!job.done) {
    if (busy_) {
      answered_.wait(lock);
      continue;
    }
    // Nobody is at work: this thread answers the batch, its own job most likely in it.
    busy_ = true;
    const std::vector<Job*> batch = NextBatch();
    lock.unlock();
    Answer(batch);
    lock.lock();
    for (Job* answered : batch) answered->done = true;
    busy_ = false;
    answered_.notify_all();
  }
  if (job.error) std::rethrow_exception(job.error);
  return std::move(job.choice);
}

std::vector<PolicyWorker::Job*> PolicyWorker::NextBatch() {
  const auto count = std::min<int64_t>(std::ssize(waiting_), largest_batch_);
  std::vector<Job*> batch(waiting_.begin(), waiting_.begin() + count);
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  return batch;
}

void PolicyWorker::Answer(const std::vector<Job*>& batch) {
  std::vector<const LiveSession*> sessions;
  for (const Job* job : batch) sessions.push_back(job->session);
  try {
    std::vector<std::optional<Choice>> choices = policy_->Choose(sessions);
    for (size_t n = 0; n < batch.size(); ++n) batch[n]->choice = std::move(choices[n]);
  } catch (...) {
    for (Job* job : batch) job->error = std::current_exception();
  }
}

}  // namespace lerl
