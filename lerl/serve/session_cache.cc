#include "lerl/serve/session_cache.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "lerl/base/index.h"

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
  if (state->steps > steps) TakeSlates(*session, store_.Slates(id, steps));
  // 2. What was answered since. Slates come first, so that each answer has its slate.
  if (state->feedback > session->feedback)
    TakeFeedback(*session, store_.Feedback(id, session->feedback));
  return session;
}

std::shared_ptr<OpenSession> SessionCache::Read(const SessionRecord& record) {
  auto session = std::make_shared<OpenSession>();
  session->record = record;
  session->live.id = record.id;
  session->live.user = catalog_.User(record.user);
  session->live.seed = record.seed;
  session->active_us = record.started_us;
  // The past: earlier sessions, from the newest back until there are slates enough.
  std::vector<LiveStep>& past = session->live.past;
  for (const SessionRecord& earlier :
       store_.SessionsOf(record.user, record.started_us, kEarlierSessions)) {
    if (past.size() >= longest_past_) break;
    OpenSession before{.record = earlier, .live = {}};
    TakeSlates(before, store_.Slates(earlier.id, 0));
    TakeFeedback(before, store_.Feedback(earlier.id, 0));
    past.insert(past.begin(), before.live.steps.begin(), before.live.steps.end());
  }
  if (past.size() > longest_past_)
    past.erase(past.begin(), past.end() - static_cast<std::ptrdiff_t>(longest_past_));
  return session;
}

void SessionCache::TakeSlates(OpenSession& session, std::vector<SlateRecord> slates) const {
  for (SlateRecord& slate : slates) {
    LiveStep step;
    for (const std::string& id : slate.items)
      if (const auto item = catalog_.Item(id)) step.items.push_back(*item);
    step.responses.resize(step.items.size());
    const bool known = step.items.size() == slate.items.size();
    session.live_step.push_back(known ? std::ssize(session.live.steps) : -1);
    if (known) session.live.steps.push_back(std::move(step));
    session.active_us = std::max(session.active_us, slate.shown_us);
    session.slates.push_back(std::move(slate));
  }
}

void SessionCache::TakeFeedback(OpenSession& session,
                                const std::vector<FeedbackRecord>& feedback) const {
  for (const FeedbackRecord& record : feedback) {
    session.feedback = std::max(session.feedback, record.number);
    session.active_us = std::max(session.active_us, record.received_us);
    if (record.step < 0 || record.step >= std::ssize(session.slates)) continue;
    const int64_t place = session.live_step[At(record.step)];
    const auto item = catalog_.Item(record.item);
    if (place < 0 || !item) continue;
    LiveStep& step = session.live.steps[At(place)];
    const auto at = std::ranges::find(step.items, *item);
    if (at == step.items.end()) continue;
    uint32_t& response = step.responses[At(at - step.items.begin())];
    for (const auto& [name, value] : record.behaviours) {
      const auto behaviour = catalog_.Behaviour(name);
      if (!behaviour) continue;
      const uint32_t bit = uint32_t{1} << *behaviour;
      response = value > 0 ? response | bit : response & ~bit;
    }
  }
}

}  // namespace lerl
