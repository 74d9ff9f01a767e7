#include "lerl/events/sql_store.h"

#include <algorithm>
#include <utility>

#include "lerl/base/error.h"
#include "lerl/events/decision_rows.h"
#include "lerl/events/default_answers.h"
#include "lerl/events/record_checks.h"
#include "lerl/events/sql_items.h"
#include "lerl/events/sql_records.h"
#include "lerl/events/sql_shadows.h"

namespace lerl {
namespace {

constexpr int64_t kSessionsAtOnce = 64;    // that ForEachSession holds
constexpr int64_t kDeletionsAtOnce = 200;  // sessions in a transaction of DeleteBefore

std::vector<StoredSession> WholeSessions(Sql& sql, std::vector<SessionRecord> sessions) {
  std::vector<StoredSession> whole;
  for (SessionRecord& session : sessions) {
    StoredSession& stored = whole.emplace_back();
    stored.session = std::move(session);
    stored.slates = SlateRows(sql, stored.session.id, 0);
    stored.feedback = FeedbackRows(sql, stored.session.id, 0);
    stored.shadows = ShadowRows(sql, stored.session.id);
  }
  return whole;
}

}  // namespace

void SqlStore::AddSession(const SessionRecord& session) {
  CheckSession(session);
  if (session.ended_us != 0) throw Error(ErrorKind::kUsage, "ended_us: the session is to run");
  Write([&](Sql& sql) {
    AddSessionRow(sql, session);
    return true;
  });
}

std::optional<SessionState> SqlStore::FindSession(const std::string& id) {
  std::optional<SessionState> state;
  Read([&](Sql& sql) { state = FindSessionRow(sql, id); }, false);
  return state;
}

bool SqlStore::EndSession(const std::string& id, int64_t ended_us, const std::string& end) {
  CheckId("session", id);
  CheckEnd(ended_us, end);
  bool ended = false;
  Write([&](Sql& sql) { return ended = EndSessionRow(sql, id, ended_us, end); });
  return ended;
}

std::vector<std::string> SqlStore::EndIdle(int64_t before_us, int64_t ended_us, int64_t most) {
  CheckEnd(ended_us, kIdleEnd);
  std::vector<std::string> ended;
  Write([&](Sql& sql) {
    ended = EndIdleRows(sql, before_us, ended_us, std::max<int64_t>(most, 0));
    return !ended.empty();
  });
  return ended;
}

bool SqlStore::AddSlate(const SlateRecord& slate) {
  CheckSlate(slate);
  bool added = false;
  Write([&](Sql& sql) { return added = AddSlateRow(sql, slate); });
  return added;
}

std::vector<SlateRecord> SqlStore::Slates(const std::string& session, int32_t first_step) {
  std::vector<SlateRecord> slates;
  Read([&](Sql& sql) { slates = SlateRows(sql, session, first_step); }, false);
  return slates;
}

std::vector<FeedbackOutcome> SqlStore::AddFeedback(std::span<const FeedbackRecord> records) {
  std::vector<FeedbackOutcome> outcomes;
  for (const FeedbackRecord& record : records) {
    CheckFeedback(record);
    if (record.session != records[0].session)
      throw Error(ErrorKind::kUsage, "session: records of two sessions in one call");
  }
  if (!records.empty()) Write([&](Sql& sql) { return AddFeedbackRows(sql, records, outcomes); });
  return outcomes;
}

std::vector<FeedbackRecord> SqlStore::Feedback(const std::string& session, int64_t after) {
  std::vector<FeedbackRecord> feedback;
  Read([&](Sql& sql) { feedback = FeedbackRows(sql, session, after); }, false);
  return feedback;
}

EventStore::DefaultAnswers SqlStore::AnswerByDefault(
    int64_t before_us, int64_t now_us, const std::map<std::string, double>& behaviours,
    int64_t most) {
  CheckBehaviours(behaviours);
  DefaultAnswers answers;
  Write([&](Sql& sql) {
    answers = AnswerRowsByDefault(sql, before_us, now_us, behaviours, std::max<int64_t>(most, 0));
    return answers.slates > 0;
  });
  return answers;
}

bool SqlStore::AddShadow(const ShadowRecord& shadow) {
  CheckShadow(shadow);
  bool added = false;
  Write([&](Sql& sql) { return added = AddShadowRow(sql, shadow); });
  return added;
}

std::vector<ShadowRecord> SqlStore::Shadows(const std::string& session) {
  std::vector<ShadowRecord> shadows;
  Read([&](Sql& sql) { shadows = ShadowRows(sql, session); }, false);
  return shadows;
}

std::vector<SessionRecord> SqlStore::SessionsOf(const std::string& user, int64_t before_us,
                                                int64_t most) {
  std::vector<SessionRecord> sessions;
  most = std::max<int64_t>(most, 0);
  Read([&](Sql& sql) { sessions = SessionsOfRows(sql, user, before_us, most); }, false);
  return sessions;
}

std::vector<SessionState> SqlStore::NewestSessions(int64_t most) {
  std::vector<SessionState> sessions;
  most = std::max<int64_t>(most, 0);
  Read([&](Sql& sql) { sessions = NewestSessionRows(sql, most); }, false);
  return sessions;
}

void SqlStore::ForEachSession(int64_t from_us, int64_t to_us,
                              const std::function<void(const StoredSession&)>& visit) {
  // Behind (from_us, ""): no id is empty.
  int64_t after_us = from_us;
  std::string after_id;
  std::vector<StoredSession> page;
  do {
    const View view = [&](Sql& sql) {
      page = WholeSessions(sql, SessionRowsAfter(sql, after_us, after_id, to_us, kSessionsAtOnce));
    };
    Read(view, true);
    for (const StoredSession& stored : page) visit(stored);
    if (page.empty()) return;
    after_us = page.back().session.started_us;
    after_id = page.back().session.id;
  } while (std::ssize(page) == kSessionsAtOnce);
}

std::vector<StoredSession> SqlStore::SessionsOfSplit(const std::string& split, int64_t after_us,
                                                     const std::string& after_id, int64_t to_us,
                                                     int64_t most) {
  std::vector<StoredSession> sessions;
  const View view = [&](Sql& sql) {
    sessions = WholeSessions(
        sql, SessionRowsOfSplit(sql, split, after_us, after_id, to_us, std::max<int64_t>(most, 0)));
  };
  Read(view, true);
  return sessions;
}

bool SqlStore::AddDecision(const DecisionRecord& decision) {
  CheckDecision(decision);
  bool added = false;
  Write([&](Sql& sql) { return added = AddDecisionRow(sql, decision); });
  return added;
}

std::vector<DecisionRecord> SqlStore::Decisions(const std::string& experiment) {
  std::vector<DecisionRecord> decisions;
  Read([&](Sql& sql) { decisions = DecisionRows(sql, experiment); }, false);
  return decisions;
}

int64_t SqlStore::DeleteUser(const std::string& user) {
  int64_t deleted = 0;
  Write([&](Sql& sql) {
    // Where an earlier try has deleted all of them, its count stands.
    const int64_t now = DeleteUserRows(sql, user);
    deleted = sql.again() ? std::max(deleted, now) : now;
    return now > 0;
  });
  if (deleted > 0) AfterDelete();
  return deleted;
}

int64_t SqlStore::DeleteBefore(int64_t before_us) {
  int64_t all = 0, deleted = 0;
  do {
    Write([&](Sql& sql) {
      const int64_t now = DeleteRowsBefore(sql, before_us, kDeletionsAtOnce);
      deleted = sql.again() ? std::max(deleted, now) : now;
      return now > 0;
    });
    all += deleted;
  } while (deleted == kDeletionsAtOnce);
  if (all > 0) AfterDelete();
  return all;
}

int64_t SqlStore::Import(std::span<const StoredSession> sessions) {
  for (const StoredSession& session : sessions) CheckStored(session);
  int64_t brought = 0;
  Write([&](Sql& sql) {
    int64_t now = 0;
    for (const StoredSession& session : sessions) now += ImportRows(sql, session) ? 1 : 0;
    brought = sql.again() ? std::max(brought, now) : now;
    return now > 0;
  });
  return brought;
}

std::vector<ItemOutcome> SqlStore::AddItems(std::span<const ItemRecord> items) {
  std::vector<ItemOutcome> outcomes;
  for (const ItemRecord& item : items) CheckItem(item);
  if (!items.empty()) Write([&](Sql& sql) { return AddItemRows(sql, items, outcomes); });
  return outcomes;
}

bool SqlStore::SetWithdrawn(const std::string& item, int64_t withdrawn_us) {
  CheckId("item", item);
  bool changed = false;
  Write([&](Sql& sql) { return changed = SetWithdrawnRow(sql, item, withdrawn_us); });
  return changed;
}

std::vector<ItemRecord> SqlStore::Items() {
  std::vector<ItemRecord> items;
  Read([&](Sql& sql) { items = ItemRows(sql); }, false);
  return items;
}

int64_t SqlStore::ItemsRevision() {
  int64_t revision = 0;
  Read([&](Sql& sql) { revision = ItemsRevisionRow(sql); }, false);
  return revision;
}

void SqlStore::CountShown(const std::map<std::string, int64_t>& shown) {
  if (shown.empty()) return;
  Write([&](Sql& sql) {
    CountShownRows(sql, shown);
    return true;
  });
}

StoreSize SqlStore::Size() {
  StoreSize size;
  const View view = [&](Sql& sql) {
    size = CountRows(sql);
    size.bytes = Bytes(sql);
  };
  Read(view, true);
  return size;
}

void SqlStore::Ping() {
  Write([](Sql& sql) {
    PingRow(sql);
    return true;
  });
}

}  // namespace lerl
