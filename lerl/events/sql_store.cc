#include "lerl/events/sql_store.h"

#include <algorithm>

#include "lerl/base/error.h"
#include "lerl/events/record_checks.h"
#include "lerl/events/sql_items.h"
#include "lerl/events/sql_records.h"

namespace lerl {
namespace {

constexpr int64_t kSessionsAtOnce = 64;    // that ForEachSession holds
constexpr int64_t kDeletionsAtOnce = 200;  // sessions in a transaction of DeleteBefore

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

std::vector<SessionRecord> SqlStore::SessionsOf(const std::string& user, int64_t before_us,
                                                int64_t most) {
  std::vector<SessionRecord> sessions;
  most = std::max<int64_t>(most, 0);
  Read([&](Sql& sql) { sessions = SessionsOfRows(sql, user, before_us, most); }, false);
  return sessions;
}

std::vector<SessionRecord> SqlStore::NewestSessions(int64_t most) {
  std::vector<SessionRecord> sessions;
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
      page.clear();
      for (SessionRecord& session :
           SessionRowsAfter(sql, after_us, after_id, to_us, kSessionsAtOnce)) {
        StoredSession& stored = page.emplace_back();
        stored.session = std::move(session);
        stored.slates = SlateRows(sql, stored.session.id, 0);
        stored.feedback = FeedbackRows(sql, stored.session.id, 0);
      }
    };
    Read(view, true);
    for (const StoredSession& stored : page) visit(stored);
    if (page.empty()) return;
    after_us = page.back().session.started_us;
    after_id = page.back().session.id;
  } while (std::ssize(page) == kSessionsAtOnce);
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
