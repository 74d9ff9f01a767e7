#include "lerl/serve/session_cache.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace lerl {

std::unique_lock<std::mutex> SessionCache::Lock(const std::string& id) {
  return std::unique_lock(locks_[std::hash<std::string>()(id) % std::size(locks_)]);
}

void SessionCache::SetCatalog(std::shared_ptr<const Catalog> catalog) {
  const std::lock_guard lock(mutex_);
  catalog_ = std::move(catalog);
  kept_.clear();
  recent_.clear();
}

// The session if it is kept, and otherwise none, with the catalog by which it is to be read.
SessionCache::Kept SessionCache::Find(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(id);
  if (found == kept_.end() || found->second.catalog != catalog_) return {nullptr, catalog_};
  recent_.splice(recent_.end(), recent_, found->second.recent);
  return found->second;
}

void SessionCache::Keep(const std::string& id, Kept kept) {
  const std::lock_guard lock(mutex_);
  if (const auto found = kept_.find(id); found != kept_.end()) {
    kept.recent = found->second.recent;
    found->second = std::move(kept);
    return;
  }
  if (kept_.size() >= capacity_) {
    kept_.erase(recent_.front());
    recent_.pop_front();
  }
  kept.recent = recent_.insert(recent_.end(), id);
  kept_.emplace(id, std::move(kept));
}

void SessionCache::Clear() {
  std::unordered_map<std::string, Kept> kept;  // let go when nobody waits for the lock
  const std::lock_guard lock(mutex_);
  kept.swap(kept_);
  recent_.clear();
}

int64_t SessionCache::size() const {
  const std::lock_guard lock(mutex_);
  return std::ssize(kept_);
}

std::shared_ptr<OpenSession> SessionCache::Refresh(const std::string& id) {
  const std::optional<SessionState> state = store_.FindSession(id);
  if (!state) return nullptr;
  Kept kept = Find(id);
  const Catalog& catalog = *kept.catalog;
  if (kept.session == nullptr) {
    kept.session = Read(state->session, catalog);
    Keep(id, kept);
  }
  const std::shared_ptr<OpenSession>& session = kept.session;
  session->record = state->session;
  // 1. What was shown since.
  const auto steps = static_cast<int32_t>(session->slates.size());
  if (state->steps > steps) TakeSlates(*session, store_.Slates(id, steps), catalog);
  // 2. What was answered since. Slates come first, so that each answer has its slate.
  if (state->feedback > session->feedback)
    TakeFeedback(*session, store_.Feedback(id, session->feedback), catalog);
  return session;
}

std::shared_ptr<OpenSession> SessionCache::Read(const SessionRecord& record,
                                                const Catalog& catalog) {
  auto session = std::make_shared<OpenSession>(OpenAtStart(record, catalog));
  // The past, as it stood when the session began, so that all who read it read the same: earlier
  // sessions, from the newest back until there are slates enough.
  for (const SessionRecord& earlier :
       store_.SessionsOf(record.user, record.started_us, kEarlierSessions)) {
    StoredSession stored{earlier, store_.Slates(earlier.id, 0), store_.Feedback(earlier.id, 0)};
    if (!GoBack(session->live.past, StepsUntil(std::move(stored), record.started_us, catalog),
                longest_past_))
      break;
  }
  return session;
}

}  // namespace lerl
