#include "lerl/serve/session_cache.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace lerl {
namespace {

constexpr int64_t kEarlierSessions = 20;  // of a user, that are looked at for a past

}  // namespace

std::unique_lock<std::mutex> SessionCache::Lock(const std::string& id) {
  return std::unique_lock(locks_[std::hash<std::string>()(id) % std::size(locks_)]);
}

std::shared_ptr<OpenSession> SessionCache::Find(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(id);
  if (found == kept_.end()) return nullptr;
  recent_.splice(recent_.end(), recent_, found->second.recent);
  return found->second.session;
}

void SessionCache::Keep(const std::string& id, std::shared_ptr<OpenSession> session) {
  const std::lock_guard lock(mutex_);
  if (kept_.contains(id)) return;
  if (kept_.size() >= capacity_) {
    kept_.erase(recent_.front());
    recent_.pop_front();
  }
  kept_.emplace(id, Kept{std::move(session), recent_.insert(recent_.end(), id)});
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
  std::shared_ptr<OpenSession> session = Find(id);
  if (session == nullptr) {
    session = Read(state->session);
    Keep(id, session);
  }
  session->record = state->session;
  // 1. What was shown since.
  const auto steps = static_cast<int32_t>(session->slates.size());
  if (state->steps > steps) TakeSlates(*session, store_.Slates(id, steps), catalog_);
  // 2. What was answered since. Slates come first, so that each answer has its slate.
  if (state->feedback > session->feedback)
    TakeFeedback(*session, store_.Feedback(id, session->feedback), catalog_);
  return session;
}

std::shared_ptr<OpenSession> SessionCache::Read(const SessionRecord& record) {
  auto session = std::make_shared<OpenSession>(OpenAtStart(record, catalog_));
  // The past: earlier sessions, from the newest back until there are slates enough.
  std::vector<LiveStep>& past = session->live.past;
  for (const SessionRecord& earlier :
       store_.SessionsOf(record.user, record.started_us, kEarlierSessions)) {
    if (past.size() >= longest_past_) break;
    OpenSession before = OpenAtStart(earlier, catalog_);
    TakeSlates(before, store_.Slates(earlier.id, 0), catalog_);
    TakeFeedback(before, store_.Feedback(earlier.id, 0), catalog_);
    past.insert(past.begin(), before.live.steps.begin(), before.live.steps.end());
  }
  if (past.size() > longest_past_)
    past.erase(past.begin(), past.end() - static_cast<std::ptrdiff_t>(longest_past_));
  return session;
}

}  // namespace lerl
