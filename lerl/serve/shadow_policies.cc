#include "lerl/serve/shadow_policies.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "lerl/base/log.h"

namespace lerl {

double AgreementOf(const ShadowRecord& shadow, const std::vector<std::string>& shown) {
  if (shown.empty()) return 0;
  const auto both = std::ranges::count_if(
      shown, [&](const std::string& item) { return std::ranges::count(shadow.items, item) > 0; });
  return static_cast<double>(both) / static_cast<double>(shown.size());
}

ShadowPolicies::ShadowPolicies(EventStore& store, CatalogNow catalog,
                               std::vector<std::string> policies, WorkerOf worker_of,
                               std::function<int64_t()> clock)
    : store_(store),
      catalog_(std::move(catalog)),
      policies_(std::move(policies)),
      worker_of_(std::move(worker_of)),
      clock_(std::move(clock)),
      thread_([this] { Work(); }) {}

ShadowPolicies::~ShadowPolicies() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ShadowPolicies::Add(LiveSession session, SlateRecord shown, std::string by) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMostWaiting) {
      waiting_.pop_front();
      ++dropped_;
    }
    waiting_.push_back({std::move(session), std::move(shown), std::move(by)});
  }
  changed_.notify_all();
}

void ShadowPolicies::ListenBy(Listener listener) {
  const std::lock_guard lock(listener_mutex_);
  listener_ = std::move(listener);
}

int64_t ShadowPolicies::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void ShadowPolicies::WaitUntilIdle() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.empty() && !busy_; });
}

void ShadowPolicies::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
    if (ends_) return;
    const Job job = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    lock.unlock();
    Answer(job);
    lock.lock();
    busy_ = false;
    changed_.notify_all();
  }
}

void ShadowPolicies::Answer(const Job& job) {
  for (const std::string& policy : policies_) {
    if (policy == job.by) continue;
    try {
      Answer(job, policy);
    } catch (const std::exception& error) {
      LogWarning("shadow " + policy + " went without a slate: " + error.what());
    }
  }
}

void ShadowPolicies::Answer(const Job& job, const std::string& policy) {
  const std::shared_ptr<PolicyWorker> worker = worker_of_(policy);
  // Items keep their indices, so a catalog that is newer than the policy only knows more.
  const std::shared_ptr<const Catalog> catalog = catalog_();
  std::vector<int32_t> shown;
  for (const std::string& id : job.shown.items) {
    const auto item = catalog->Item(id);
    if (!item || *item >= worker->world()->dataset.num_items()) return;
    shown.push_back(*item);
  }
  std::optional<ShadowChoice> choice = worker->ChooseInPlaceOf(job.session, shown);
  if (!choice) return;
  ShadowRecord record{.session = job.shown.session,
                      .step = job.shown.step,
                      .policy = policy,
                      .version = worker->run().version,
                      .chosen_us = clock_(),
                      .items = {},
                      .probabilities = std::move(choice->choice.slate.probabilities),
                      .shown_probabilities = std::move(choice->shown_probabilities)};
  for (const int32_t item : choice->choice.slate.items)
    record.items.push_back(catalog->ItemId(item));
  if (!store_.AddShadow(record)) return;
  const std::lock_guard lock(listener_mutex_);
  if (listener_) listener_(record, AgreementOf(record, job.shown.items));
}

}  // namespace lerl
