#include "lerl/serve/policy_worker.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "lerl/base/index.h"
#include "lerl/base/log.h"

namespace lerl {
namespace {

constexpr size_t kMostForeseen = 64;            // sessions that wait to be thought ahead for
constexpr int64_t kMostScores = 64 << 20 >> 2;  // of a batch

int BatchFor(const ServedPolicy& policy, int largest) {
  const int64_t items = policy.world()->dataset.num_items();
  return static_cast<int>(std::clamp<int64_t>(kMostScores / items, 1, largest));
}

}  // namespace

struct PolicyWorker::Job {
  const LiveSession* session;
  DeadlinePlanner::Clock::time_point came = DeadlinePlanner::Clock::now();
  bool done = false;
  std::optional<Choice> choice = {};
  std::exception_ptr error = {};
  std::condition_variable changed = {};  // it is done, or its thread is to do the work
};

PolicyWorker::PolicyWorker(std::unique_ptr<ServedPolicy> policy, int largest_batch)
    : largest_batch_(BatchFor(*policy, largest_batch)), policy_(std::move(policy)) {
  if (DeadlinePlanner* planner = policy_->deadline_planner())
    planner->ForeseeBy([this] { return Foresee(); });
}

// Nothing is foreseen from here on, so that the policy can go.
PolicyWorker::~PolicyWorker() {
  std::unique_lock lock(mutex_);
  closing_ = true;
  free_.wait(lock, [this] { return !busy_; });
}

void PolicyWorker::Soon(const LiveSession& session) {
  DeadlinePlanner* planner = policy_->deadline_planner();
  if (planner == nullptr) return;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(soon_, [&](const LiveSession& other) { return other.id == session.id; });
    if (soon_.size() >= kMostForeseen) soon_.erase(soon_.begin());
    soon_.push_back(session);
  }
  planner->Wake();
}

// Requests go first: while one is answered nothing is foreseen.
std::optional<PlanSnapshot> PolicyWorker::Foresee() {
  std::unique_lock lock(mutex_);
  if (busy_ || closing_ || soon_.empty()) return std::nullopt;
  busy_ = true;
  const LiveSession session = std::move(soon_.back());
  soon_.pop_back();
  lock.unlock();
  std::optional<PlanSnapshot> state;
  try {
    state = policy_->Foresee(session);
  } catch (const std::exception& error) {
    LogWarning("a plan could not be foreseen: " + std::string(error.what()));
  }
  lock.lock();
  SetFree();
  return state;
}

std::optional<PlannerHealth> PolicyWorker::Health() const {
  const DeadlinePlanner* planner = policy_->deadline_planner();
  if (planner == nullptr) return std::nullopt;
  return planner->Health();
}

void PolicyWorker::Replace(const PolicyWorker& before, std::chrono::milliseconds most) {
  DeadlinePlanner* planner = policy_->deadline_planner();
  if (planner == nullptr || before.run().version != run().version) return;
  planner->TakeOver(*before.policy_->deadline_planner());
  planner->WaitUntilMade(most);
}

std::optional<Choice> PolicyWorker::Choose(const LiveSession& session) {
  Job job{.session = &session};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&job);
  while (true) {
    job.changed.wait(lock, [&] { return job.done || !busy_; });
    if (job.done) break;
    // Nobody is at work: this thread answers the batch, its own job most likely in it.
    busy_ = true;
    const std::vector<Job*> batch = NextBatch();
    lock.unlock();
    Answer(batch);
    lock.lock();
    for (Job* answered : batch) {
      answered->done = true;
      answered->changed.notify_one();
    }
    SetFree();
  }
  if (job.error) std::rethrow_exception(job.error);
  return std::move(job.choice);
}

std::optional<ShadowChoice> PolicyWorker::ChooseInPlaceOf(const LiveSession& session,
                                                          std::span<const int32_t> shown) {
  std::unique_lock lock(mutex_);
  free_.wait(lock, [this] { return !busy_ && waiting_.empty(); });
  busy_ = true;
  lock.unlock();
  std::optional<ShadowChoice> choice;
  std::exception_ptr error;
  try {
    TellPlanner(DeadlinePlanner::Clock::now());
    choice = policy_->ChooseInPlaceOf(session, shown);
  } catch (...) {
    error = std::current_exception();
  }
  lock.lock();
  SetFree();
  if (error) std::rethrow_exception(error);
  return choice;
}

// One of those who wait goes on: the others would wake to find the policy busy.
void PolicyWorker::SetFree() {
  busy_ = false;
  if (!waiting_.empty()) waiting_.front()->changed.notify_one();
  free_.notify_all();
}

std::vector<PolicyWorker::Job*> PolicyWorker::NextBatch() {
  const auto count = std::min<int64_t>(std::ssize(waiting_), largest_batch_);
  std::vector<Job*> batch(waiting_.begin(), waiting_.begin() + count);
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  return batch;
}

int64_t PolicyWorker::waiting() const {
  const std::lock_guard lock(mutex_);
  return std::ssize(waiting_);
}

void PolicyWorker::TellPlanner(DeadlinePlanner::Clock::time_point came) {
  if (DeadlinePlanner* planner = policy_->deadline_planner()) planner->Since(came);
}

void PolicyWorker::Answer(const std::vector<Job*>& batch) {
  std::vector<const LiveSession*> sessions;
  sessions.reserve(batch.size());
  for (const Job* job : batch) sessions.push_back(job->session);
  TellPlanner(batch.front()->came);  // those who came first stand first
  try {
    std::vector<std::optional<Choice>> choices = policy_->Choose(sessions);
    for (size_t n = 0; n < batch.size(); ++n) batch[n]->choice = std::move(choices[n]);
  } catch (...) {
    for (Job* job : batch) job->error = std::current_exception();
  }
}

}  // namespace lerl
