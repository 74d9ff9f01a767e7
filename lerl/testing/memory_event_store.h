#pragma once
// For tests: an event store in memory, whose calls can be made to fail.

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/events/default_answers.h"
#include "lerl/events/event_store.h"

namespace lerl {

class MemoryEventStore : public EventStore {
 public:
  std::atomic<bool> broken = false;  // every call throws Error(kIo)

  void AddSession(const SessionRecord& session) override {
    const auto lock = Enter();
    sessions_[session.id].session = session;
  }
  std::optional<SessionState> FindSession(const std::string& id) override {
    const auto lock = Enter();
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return std::nullopt;
    return StateOf(found->second);
  }
  bool EndSession(const std::string& id, int64_t ended_us, const std::string& end) override {
    const auto lock = Enter();
    const auto found = sessions_.find(id);
    if (found == sessions_.end() || found->second.session.ended_us != 0) return false;
    found->second.session.ended_us = ended_us;
    found->second.session.end = end;
    return true;
  }
  std::vector<std::string> EndIdle(int64_t before_us, int64_t ended_us, int64_t most) override {
    const auto lock = Enter();
    std::vector<std::string> ended;
    for (auto& [id, stored] : sessions_) {
      int64_t active_us = stored.session.started_us;
      for (const SlateRecord& slate : stored.slates)
        active_us = std::max(active_us, slate.shown_us);
      for (const FeedbackRecord& record : stored.feedback)
        active_us = std::max(active_us, record.received_us);
      if (stored.session.ended_us != 0 || active_us >= before_us || std::ssize(ended) >= most)
        continue;
      stored.session.ended_us = ended_us;
      stored.session.end = kIdleEnd;
      ended.push_back(id);
    }
    return ended;
  }
  bool AddSlate(const SlateRecord& slate) override {
    const auto lock = Enter();
    const auto found = sessions_.find(slate.session);
    if (found == sessions_.end() || found->second.session.ended_us != 0 ||
        slate.step != std::ssize(found->second.slates))
      return false;
    found->second.slates.push_back(slate);
    return true;
  }
  std::vector<SlateRecord> Slates(const std::string& session, int32_t first_step) override {
    const auto lock = Enter();
    const std::vector<SlateRecord>& all = sessions_[session].slates;
    return {all.begin() + first_step, all.end()};
  }
  std::vector<FeedbackOutcome> AddFeedback(std::span<const FeedbackRecord> records) override {
    const auto lock = Enter();
    std::vector<FeedbackOutcome> outcomes;
    std::vector<FeedbackRecord> added;
    bool conflict = false;
    for (const FeedbackRecord& record : records) {
      const FeedbackRecord* known = FindEvent(added, record.event);
      for (const auto& [id, stored] : sessions_)
        if (known == nullptr) known = FindEvent(stored.feedback, record.event);
      if (known == nullptr) added.push_back(record);
      const bool equal = known != nullptr && known->session == record.session &&
                         known->step == record.step && known->item == record.item &&
                         known->behaviours == record.behaviours;
      conflict |= known != nullptr && !equal;
      outcomes.push_back(known == nullptr ? FeedbackOutcome::kAdded
                         : equal          ? FeedbackOutcome::kRepeated
                                          : FeedbackOutcome::kConflict);
    }
    if (conflict) return outcomes;
    for (FeedbackRecord& record : added) {
      std::vector<FeedbackRecord>& all = sessions_[record.session].feedback;
      record.number = std::ssize(all) + 1;
      all.push_back(std::move(record));
    }
    return outcomes;
  }
  std::vector<FeedbackRecord> Feedback(const std::string& session, int64_t after) override {
    const auto lock = Enter();
    const std::vector<FeedbackRecord>& all = sessions_[session].feedback;
    return {all.begin() + after, all.end()};
  }
  DefaultAnswers AnswerByDefault(int64_t before_us, int64_t now_us,
                                 const std::map<std::string, double>& behaviours,
                                 int64_t most) override {
    const auto lock = Enter();
    DefaultAnswers answers;
    for (auto& [id, stored] : sessions_) {
      const int64_t before = answers.answers;
      for (const SlateRecord& slate : stored.slates) {
        const bool due = slate.shown_us < before_us && answers.slates < most;
        if (!due || !settled_.emplace(id, slate.step).second) continue;
        ++answers.slates;
        for (FeedbackRecord& record :
             DefaultFeedback(id, slate.step, slate.items, stored.feedback, behaviours, now_us)) {
          record.number = std::ssize(stored.feedback) + 1;
          stored.feedback.push_back(std::move(record));
          ++answers.answers;
        }
      }
      if (answers.answers > before) answers.sessions.push_back(id);
    }
    return answers;
  }
  bool AddShadow(const ShadowRecord& shadow) override {
    const auto lock = Enter();
    const auto found = sessions_.find(shadow.session);
    if (found == sessions_.end() || shadow.step >= std::ssize(found->second.slates)) return false;
    std::vector<ShadowRecord>& all = found->second.shadows;
    const auto place = [](const ShadowRecord& s) { return std::pair(s.step, s.policy); };
    if (std::ranges::count(all, place(shadow), place) > 0) return false;
    all.insert(std::ranges::upper_bound(all, place(shadow), {}, place), shadow);
    return true;
  }
  std::vector<ShadowRecord> Shadows(const std::string& session) override {
    const auto lock = Enter();
    return sessions_[session].shadows;
  }
  std::vector<SessionRecord> SessionsOf(const std::string& user, int64_t before_us,
                                        int64_t most) override {
    const auto lock = Enter();
    std::vector<SessionRecord> found;
    for (const auto& [id, stored] : sessions_)
      if (stored.session.user == user && stored.session.started_us < before_us)
        found.push_back(stored.session);
    return Newest(std::move(found), most);
  }
  std::vector<SessionState> NewestSessions(int64_t most) override {
    const auto lock = Enter();
    std::vector<SessionRecord> found;
    found.reserve(sessions_.size());
    for (const auto& [id, stored] : sessions_) found.push_back(stored.session);
    std::vector<SessionState> states;
    for (const SessionRecord& session : Newest(std::move(found), most))
      states.push_back(StateOf(sessions_.at(session.id)));
    return states;
  }
  void ForEachSession(int64_t from_us, int64_t to_us,
                      const std::function<void(const StoredSession&)>& visit) override {
    const auto lock = Enter();
    std::multimap<int64_t, const StoredSession*> in_order;
    for (const auto& [id, stored] : sessions_) in_order.emplace(stored.session.started_us, &stored);
    for (const auto& [started_us, stored] : in_order)
      if (started_us >= from_us && started_us < to_us) visit(*stored);
  }
  std::vector<StoredSession> SessionsOfSplit(const std::string& split, int64_t after_us,
                                             const std::string& after_id, int64_t to_us,
                                             int64_t most) override {
    const auto lock = Enter();
    std::map<std::pair<int64_t, std::string>, StoredSession> found;
    for (const auto& [id, stored] : sessions_)
      if (stored.session.split == split && stored.session.started_us < to_us &&
          std::pair(stored.session.started_us, id) > std::pair(after_us, after_id))
        found.emplace(std::pair(stored.session.started_us, id), stored);
    std::vector<StoredSession> first;
    for (auto& [place, stored] : found)
      if (std::ssize(first) < most) first.push_back(std::move(stored));
    return first;
  }
  bool AddDecision(const DecisionRecord& decision) override {
    const auto lock = Enter();
    for (const DecisionRecord& known : decisions_)
      if (known.experiment == decision.experiment && known.policy == decision.policy) return false;
    decisions_.push_back(decision);
    return true;
  }
  std::vector<DecisionRecord> Decisions(const std::string& experiment) override {
    const auto lock = Enter();
    std::vector<DecisionRecord> found;
    for (const DecisionRecord& decision : decisions_)
      if (decision.experiment == experiment) found.push_back(decision);
    return found;
  }
  int64_t DeleteUser(const std::string& user) override {
    const auto lock = Enter();
    return static_cast<int64_t>(
        std::erase_if(sessions_, [&](const auto& s) { return s.second.session.user == user; }));
  }
  int64_t DeleteBefore(int64_t before_us) override {
    const auto lock = Enter();
    return static_cast<int64_t>(std::erase_if(
        sessions_, [&](const auto& s) { return s.second.session.started_us < before_us; }));
  }
  int64_t Import(std::span<const StoredSession> sessions) override {
    const auto lock = Enter();
    int64_t added = 0;
    for (const StoredSession& session : sessions)
      added += sessions_.emplace(session.session.id, session).second;
    return added;
  }
  std::vector<ItemOutcome> AddItems(std::span<const ItemRecord> items) override {
    const auto lock = Enter();
    std::vector<ItemRecord> all = items_;
    std::vector<ItemOutcome> outcomes;
    for (const ItemRecord& item : items) {
      const auto known = std::ranges::find(all, item.id, &ItemRecord::id);
      const bool same = known != all.end() && known->title == item.title &&
                        known->categories == item.categories && known->text == item.text;
      outcomes.push_back(known == all.end() ? ItemOutcome::kAdded
                         : same             ? ItemOutcome::kRepeated
                                            : ItemOutcome::kConflict);
      if (known == all.end()) all.push_back(item);
    }
    if (std::ranges::count(outcomes, ItemOutcome::kConflict) > 0 || all.size() == items_.size())
      return outcomes;
    items_ = std::move(all);
    Renumber();
    return outcomes;
  }
  bool SetWithdrawn(const std::string& id, int64_t withdrawn_us) override {
    const auto lock = Enter();
    const auto known = std::ranges::find(items_, id, &ItemRecord::id);
    const int64_t before = known == items_.end() ? 0 : known->withdrawn_us;
    if ((before == 0) == (withdrawn_us == 0)) return false;
    if (known == items_.end())
      items_.push_back({.id = id,
                        .title = "",
                        .categories = {},
                        .text = "",
                        .added_us = withdrawn_us,
                        .withdrawn_us = withdrawn_us});
    else if (known->added())
      known->withdrawn_us = withdrawn_us;
    else
      items_.erase(known);
    Renumber();
    return true;
  }
  std::vector<ItemRecord> Items() override {
    const auto lock = Enter();
    return items_;
  }
  int64_t ItemsRevision() override {
    const auto lock = Enter();
    return items_revision_;
  }
  void CountShown(const std::map<std::string, int64_t>& shown) override {
    const auto lock = Enter();
    for (ItemRecord& item : items_)
      if (const auto found = shown.find(item.id); found != shown.end()) item.shown += found->second;
  }
  StoreSize Size() override {
    const auto lock = Enter();
    StoreSize size{.bytes = 0, .sessions = static_cast<int64_t>(sessions_.size())};
    for (const auto& [id, stored] : sessions_) {
      size.slates += std::ssize(stored.slates);
      size.feedback += std::ssize(stored.feedback);
    }
    return size;
  }
  void Ping() override { Enter(); }

 private:
  static const FeedbackRecord* FindEvent(const std::vector<FeedbackRecord>& records,
                                         const std::string& event) {
    const auto found = std::ranges::find(records, event, &FeedbackRecord::event);
    return found == records.end() ? nullptr : &*found;
  }
  std::unique_lock<std::mutex> Enter() {
    if (broken) throw Error(ErrorKind::kIo, "the store is broken");
    return std::unique_lock(mutex_);
  }
  static SessionState StateOf(const StoredSession& stored) {
    return {stored.session, static_cast<int32_t>(stored.slates.size()),
            std::ssize(stored.feedback)};
  }
  static std::vector<SessionRecord> Newest(std::vector<SessionRecord> sessions, int64_t most) {
    std::ranges::sort(sessions, std::greater(), &SessionRecord::started_us);
    if (std::ssize(sessions) > most) sessions.resize(static_cast<size_t>(most));
    return sessions;
  }

  void Renumber() {
    for (size_t n = 0; n < items_.size(); ++n) items_[n].number = static_cast<int64_t>(n) + 1;
    ++items_revision_;
  }

  std::mutex mutex_;
  std::map<std::string, StoredSession> sessions_;
  std::set<std::pair<std::string, int32_t>> settled_;  // slates, by session and step
  std::vector<DecisionRecord> decisions_;
  std::vector<ItemRecord> items_;
  int64_t items_revision_ = 0;
};

}  // namespace lerl
