#include "lerl/events/sql_records.h"

#include <algorithm>

#include "lerl/base/error.h"
#include "lerl/base/printable.h"
#include "lerl/events/record_json.h"
#include "lerl/events/sql_shadows.h"

namespace lerl {
namespace {

constexpr SqlStatement kAddSession{
    .name = "add_session",
    .text =
        "INSERT INTO lerl_sessions (id, user_name, policy, seed, started_us, split, "
        "ended_us, end_reason, slates, feedback) VALUES ($1, $2, $3, $4, $5, $6, 0, '', 0, 0) "
        "ON CONFLICT (id) DO NOTHING RETURNING slates"};
// A session with its counts; inside a change it is locked, so that nobody else changes it.
#define LERL_SESSION_COLUMNS "id, user_name, policy, seed, started_us, ended_us, end_reason, split"
constexpr SqlStatement kFindSession{
    .name = "find_session",
    .text = "SELECT " LERL_SESSION_COLUMNS ", slates, feedback FROM lerl_sessions WHERE id = $1"};
constexpr SqlStatement kLockSession{
    .name = "lock_session",
    .text = "SELECT " LERL_SESSION_COLUMNS ", slates, feedback FROM lerl_sessions WHERE id = $1",
    .postgres = "SELECT " LERL_SESSION_COLUMNS
                ", slates, feedback FROM lerl_sessions WHERE id = $1 FOR UPDATE"};
constexpr SqlStatement kEndSession{
    .name = "end_session",
    .text =
        "UPDATE lerl_sessions SET ended_us = $1, end_reason = $2 WHERE id = $3 AND "
        "ended_us = 0 RETURNING slates"};
constexpr SqlStatement kCountSlate{
    .name = "count_slate",
    .text =
        "UPDATE lerl_sessions SET slates = slates + 1 WHERE id = $1 AND slates = $2 AND "
        "ended_us = 0 RETURNING slates"};
constexpr SqlStatement kAddSlate{
    .name = "add_slate",
    .text =
        "INSERT INTO lerl_slates (session, step, shown_us, request, version, items, "
        "probabilities, log_probability, temperature, candidates, candidates_hash, plan_hash, "
        "plan, origin, reason) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"};
constexpr SqlStatement kSlates{
    .name = "slates",
    .text =
        "SELECT session, step, shown_us, request, version, items, probabilities, "
        "log_probability, temperature, candidates, candidates_hash, plan_hash, plan, origin, "
        "reason FROM lerl_slates WHERE session = $1 AND step >= $2 ORDER BY step"};
constexpr SqlStatement kAddFeedback{
    .name = "add_feedback",
    .text =
        "INSERT INTO lerl_feedback (event, session, number, step, item, behaviours, "
        "happened_us, received_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
        "ON CONFLICT (event) DO NOTHING RETURNING number"};
#define LERL_FEEDBACK_COLUMNS \
  "event, session, number, step, item, behaviours, happened_us, received_us"
constexpr SqlStatement kFindFeedback{
    .name = "find_feedback",
    .text = "SELECT " LERL_FEEDBACK_COLUMNS " FROM lerl_feedback WHERE event = $1"};
constexpr SqlStatement kCountFeedback{
    .name = "count_feedback", .text = "UPDATE lerl_sessions SET feedback = $1 WHERE id = $2"};
constexpr SqlStatement kFeedback{
    .name = "feedback",
    .text = "SELECT " LERL_FEEDBACK_COLUMNS
            " FROM lerl_feedback WHERE session = $1 AND number > $2 ORDER BY number"};
constexpr SqlStatement kSessionsOf{
    .name = "sessions_of",
    .text = "SELECT " LERL_SESSION_COLUMNS
            " FROM lerl_sessions WHERE user_name = $1 AND started_us < $2 "
            "ORDER BY started_us DESC, id DESC LIMIT $3"};
constexpr SqlStatement kNewestSessions{
    .name = "newest_sessions",
    .text = "SELECT " LERL_SESSION_COLUMNS
            ", slates, feedback FROM lerl_sessions ORDER BY started_us DESC, id DESC LIMIT $1"};
constexpr SqlStatement kSessionsAfter{
    .name = "sessions_after",
    .text = "SELECT " LERL_SESSION_COLUMNS
            " FROM lerl_sessions WHERE (started_us, id) > ($1, $2) AND started_us < $3 "
            "ORDER BY started_us, id LIMIT $4"};
constexpr SqlStatement kSessionsOfSplit{
    .name = "sessions_of_split",
    .text = "SELECT " LERL_SESSION_COLUMNS
            " FROM lerl_sessions WHERE split = $1 AND split <> '' AND "
            "(started_us, id) > ($2, $3) AND started_us < $4 ORDER BY started_us, id LIMIT $5"};
constexpr SqlStatement kDeleteUser{
    .name = "delete_user", .text = "DELETE FROM lerl_sessions WHERE user_name = $1 RETURNING id"};
// Sessions that EndIdle and DeleteBefore are about are locked before they are looked at again and
// changed, since one of them may have become active meanwhile.
#define LERL_IS_IDLE                                                                     \
  "(NOT EXISTS (SELECT 1 FROM lerl_slates WHERE session = s.id AND shown_us >= $1) AND " \
  "NOT EXISTS (SELECT 1 FROM lerl_feedback WHERE session = s.id AND received_us >= $1))"
#define LERL_IS_RUNNING_IDLE "ended_us = 0 AND " LERL_IS_IDLE
#define LERL_IS_OVER "(ended_us <> 0 OR " LERL_IS_IDLE ")"
#define LERL_FIRST_SESSIONS(condition)                                     \
  "SELECT id FROM lerl_sessions AS s WHERE started_us < $1 AND " condition \
  " ORDER BY started_us, id LIMIT $2"
constexpr SqlStatement kSessionsIdle{
    .name = "sessions_idle",
    .text = LERL_FIRST_SESSIONS(LERL_IS_RUNNING_IDLE),
    .postgres = LERL_FIRST_SESSIONS(LERL_IS_RUNNING_IDLE) " FOR UPDATE"};
constexpr SqlStatement kStillIdle{
    .name = "still_idle",
    .text = "SELECT id FROM lerl_sessions AS s WHERE " LERL_IS_IDLE " AND id = $2"};
constexpr SqlStatement kSessionsOver{.name = "sessions_over",
                                     .text = LERL_FIRST_SESSIONS(LERL_IS_OVER),
                                     .postgres = LERL_FIRST_SESSIONS(LERL_IS_OVER) " FOR UPDATE"};
constexpr SqlStatement kDeleteOver{
    .name = "delete_over",
    .text = "DELETE FROM lerl_sessions AS s WHERE started_us < $1 AND " LERL_IS_OVER
            " AND id = $2 RETURNING id"};
constexpr SqlStatement kCounts{.name = "counts",
                               .text =
                                   "SELECT COUNT(*), CAST(COALESCE(SUM(slates), 0) AS BIGINT), "
                                   "CAST(COALESCE(SUM(feedback), 0) AS BIGINT) FROM lerl_sessions"};
constexpr SqlStatement kPing{.name = "ping", .text = "UPDATE lerl_store SET pings = pings + 1"};

SessionRecord SessionOf(const SqlRow& row) {
  return {.id = row.Text(0),
          .user = row.Text(1),
          .policy = row.Text(2),
          .seed = static_cast<uint64_t>(row.Count(3)),
          .started_us = row.Count(4),
          .ended_us = row.Count(5),
          .end = row.Text(6),
          .split = row.Text(7)};
}

std::vector<SessionRecord> SessionsIn(const std::vector<SqlRow>& rows) {
  std::vector<SessionRecord> sessions;
  sessions.reserve(rows.size());
  for (const SqlRow& row : rows) sessions.push_back(SessionOf(row));
  return sessions;
}

SessionState StateOf(const SqlRow& row) {
  return {.session = SessionOf(row),
          .steps = static_cast<int32_t>(row.Count(8)),
          .feedback = row.Count(9)};
}

SlateRecord SlateOf(const SqlRow& row) {
  return {.session = row.Text(0),
          .step = static_cast<int32_t>(row.Count(1)),
          .shown_us = row.Count(2),
          .request = row.Text(3),
          .version = row.Text(4),
          .items = TextsOf(row.Text(5)),
          .probabilities = NumbersOf(row.Text(6)),
          .log_probability = row.Number(7),
          .temperature = row.Number(8),
          .candidates = row.Count(9),
          .candidates_hash = row.Text(10),
          .plan_hash = row.Text(11),
          .plan = TextsOf(row.Text(12)),
          .origin = row.Text(13),
          .reason = row.Text(14)};
}

FeedbackRecord FeedbackOf(const SqlRow& row) {
  return {.event = row.Text(0),
          .session = row.Text(1),
          .step = static_cast<int32_t>(row.Count(3)),
          .item = row.Text(4),
          .behaviours = BehavioursOf(row.Text(5)),
          .happened_us = row.Count(6),
          .received_us = row.Count(7),
          .number = row.Count(2)};
}

// One row where there was no session of its id.
std::vector<SqlRow> InsertSession(Sql& sql, const SessionRecord& session) {
  return sql.Run(kAddSession,
                 {session.id, session.user, session.policy, static_cast<int64_t>(session.seed),
                  session.started_us, session.split});
}

bool BeganAlike(const SessionRecord& a, const SessionRecord& b) {
  return a.user == b.user && a.policy == b.policy && a.seed == b.seed &&
         a.started_us == b.started_us && a.split == b.split;
}

bool SaysTheSame(const FeedbackRecord& a, const FeedbackRecord& b) {
  return a.session == b.session && a.step == b.step && a.item == b.item &&
         a.behaviours == b.behaviours && a.happened_us == b.happened_us;
}

// Adds one record to a session that is locked and whose newest feedback is `newest`.
FeedbackOutcome AddFeedbackRow(Sql& sql, const FeedbackRecord& record, int64_t& newest) {
  const std::vector<SqlRow> added = sql.Run(
      kAddFeedback, {record.event, record.session, newest + 1, int64_t{record.step}, record.item,
                     TextOfBehaviours(record.behaviours), record.happened_us, record.received_us});
  if (!added.empty()) {
    ++newest;
    return FeedbackOutcome::kAdded;
  }
  const std::vector<SqlRow> known = sql.Run(kFindFeedback, {record.event});
  // Known a moment ago and gone now: its user has been forgotten meanwhile, and it is tried again.
  if (known.empty()) return AddFeedbackRow(sql, record, newest);
  const FeedbackRecord there = FeedbackOf(known[0]);
  if (!SaysTheSame(there, record)) return FeedbackOutcome::kConflict;
  return sql.again() && there.received_us == record.received_us ? FeedbackOutcome::kAdded
                                                                : FeedbackOutcome::kRepeated;
}

// Whether an earlier one of these records is of the same event.
bool HasEventBefore(std::span<const FeedbackRecord> records, size_t index) {
  return std::any_of(
      records.begin(), records.begin() + static_cast<std::ptrdiff_t>(index),
      [&](const FeedbackRecord& record) { return record.event == records[index].event; });
}

void InsertSlate(Sql& sql, const SlateRecord& slate) {
  sql.Run(kAddSlate,
          {slate.session, int64_t{slate.step}, slate.shown_us, slate.request, slate.version,
           TextOfTexts(slate.items), TextOfNumbers(slate.probabilities), slate.log_probability,
           slate.temperature, slate.candidates, slate.candidates_hash, slate.plan_hash,
           TextOfTexts(slate.plan), slate.origin, slate.reason});
}

[[noreturn]] void RefuseImport(const std::string& session, const std::string& what) {
  throw Error(ErrorKind::kData, "session " + Printable(session) + ": " + what);
}

}  // namespace

void AddSessionRow(Sql& sql, const SessionRecord& session) {
  const std::vector<SqlRow> added = InsertSession(sql, session);
  if (!added.empty()) return;
  const std::optional<SessionState> known = FindSessionRow(sql, session.id);
  if (known && !BeganAlike(known->session, session))
    throw Error(ErrorKind::kUsage,
                "session " + Printable(session.id) + ": its id stands for another session");
}

std::optional<SessionState> FindSessionRow(Sql& sql, const std::string& id) {
  const std::vector<SqlRow> rows = sql.Run(kFindSession, {id});
  if (rows.empty()) return std::nullopt;
  return StateOf(rows[0]);
}

std::optional<SessionState> LockSessionRow(Sql& sql, const std::string& id) {
  const std::vector<SqlRow> rows = sql.Run(kLockSession, {id});
  if (rows.empty()) return std::nullopt;
  return StateOf(rows[0]);
}

bool EndSessionRow(Sql& sql, const std::string& id, int64_t ended_us, const std::string& end) {
  if (!sql.Run(kEndSession, {ended_us, end, id}).empty()) return true;
  if (!sql.again()) return false;
  const std::optional<SessionState> known = FindSessionRow(sql, id);
  return known && known->session.ended_us == ended_us && known->session.end == end;
}

bool AddSlateRow(Sql& sql, const SlateRecord& slate) {
  if (!sql.Run(kCountSlate, {slate.session, int64_t{slate.step}}).empty()) {
    InsertSlate(sql, slate);
    return true;
  }
  if (!sql.again()) return false;
  const std::vector<SlateRecord> known = SlateRows(sql, slate.session, slate.step);
  return !known.empty() && known[0] == slate;
}

std::vector<SlateRecord> SlateRows(Sql& sql, const std::string& session, int32_t first_step) {
  std::vector<SlateRecord> slates;
  for (const SqlRow& row : sql.Run(kSlates, {session, int64_t{first_step}}))
    slates.push_back(SlateOf(row));
  return slates;
}

bool AddFeedbackRows(Sql& sql, std::span<const FeedbackRecord> records,
                     std::vector<FeedbackOutcome>& outcomes) {
  outcomes.assign(records.size(), FeedbackOutcome::kNoSession);
  const std::string& session = records[0].session;
  const std::optional<SessionState> state = LockSessionRow(sql, session);
  if (!state) return false;
  int64_t newest = state->feedback;
  bool keep = true;
  for (size_t i = 0; i < records.size(); ++i) {
    outcomes[i] = AddFeedbackRow(sql, records[i], newest);
    if (sql.again() && outcomes[i] == FeedbackOutcome::kAdded && HasEventBefore(records, i))
      outcomes[i] = FeedbackOutcome::kRepeated;
    keep = keep && outcomes[i] != FeedbackOutcome::kConflict;
  }
  if (newest == state->feedback) return false;
  sql.Run(kCountFeedback, {newest, session});
  return keep;
}

std::vector<FeedbackRecord> FeedbackRows(Sql& sql, const std::string& session, int64_t after) {
  std::vector<FeedbackRecord> feedback;
  for (const SqlRow& row : sql.Run(kFeedback, {session, after}))
    feedback.push_back(FeedbackOf(row));
  return feedback;
}

std::vector<SessionRecord> SessionsOfRows(Sql& sql, const std::string& user, int64_t before_us,
                                          int64_t most) {
  return SessionsIn(sql.Run(kSessionsOf, {user, before_us, most}));
}

std::vector<SessionState> NewestSessionRows(Sql& sql, int64_t most) {
  std::vector<SessionState> states;
  for (const SqlRow& row : sql.Run(kNewestSessions, {most})) states.push_back(StateOf(row));
  return states;
}

std::vector<SessionRecord> SessionRowsAfter(Sql& sql, int64_t after_us, const std::string& after_id,
                                            int64_t to_us, int64_t most) {
  return SessionsIn(sql.Run(kSessionsAfter, {after_us, after_id, to_us, most}));
}

std::vector<SessionRecord> SessionRowsOfSplit(Sql& sql, const std::string& split, int64_t after_us,
                                              const std::string& after_id, int64_t to_us,
                                              int64_t most) {
  return SessionsIn(sql.Run(kSessionsOfSplit, {split, after_us, after_id, to_us, most}));
}

int64_t DeleteUserRows(Sql& sql, const std::string& user) {
  return std::ssize(sql.Run(kDeleteUser, {user}));
}

std::vector<std::string> EndIdleRows(Sql& sql, int64_t before_us, int64_t ended_us, int64_t most) {
  std::vector<std::string> ended;
  for (const SqlRow& row : sql.Run(kSessionsIdle, {before_us, most})) {
    const std::string id = row.Text(0);
    const bool idle = !sql.Run(kStillIdle, {before_us, id}).empty();
    if (idle && EndSessionRow(sql, id, ended_us, kIdleEnd)) ended.push_back(id);
  }
  return ended;
}

int64_t DeleteRowsBefore(Sql& sql, int64_t before_us, int64_t most) {
  int64_t deleted = 0;
  for (const SqlRow& row : sql.Run(kSessionsOver, {before_us, most}))
    deleted += std::ssize(sql.Run(kDeleteOver, {before_us, row.Text(0)}));
  return deleted;
}

bool ImportRows(Sql& sql, const StoredSession& stored) {
  const SessionRecord& session = stored.session;
  const bool is_new = !InsertSession(sql, session).empty();
  const std::optional<SessionState> state = LockSessionRow(sql, session.id);
  if (!state || !BeganAlike(state->session, session))
    RefuseImport(session.id, "its id stands for another session");
  bool brought = is_new;
  const std::vector<SlateRecord> known = SlateRows(sql, session.id, 0);
  for (size_t i = 0; i < stored.slates.size(); ++i) {
    if (i < known.size() && known[i] != stored.slates[i])
      RefuseImport(session.id, "its slate of step " + std::to_string(i) + " is known otherwise");
    if (i < known.size()) continue;
    if (sql.Run(kCountSlate, {session.id, static_cast<int64_t>(i)}).empty())
      RefuseImport(session.id, "it is known to have ended before step " + std::to_string(i));
    InsertSlate(sql, stored.slates[i]);
    brought = true;
  }
  int64_t newest = state->feedback;
  for (const FeedbackRecord& record : stored.feedback) {
    if (AddFeedbackRow(sql, record, newest) == FeedbackOutcome::kConflict)
      RefuseImport(session.id, "its event " + Printable(record.event) + " is known otherwise");
  }
  if (newest != state->feedback) sql.Run(kCountFeedback, {newest, session.id});
  brought = brought || newest != state->feedback;
  for (const ShadowRecord& shadow : stored.shadows) brought |= AddShadowRow(sql, shadow);
  if (session.ended_us == 0) return brought;
  if (EndSessionRow(sql, session.id, session.ended_us, session.end)) return true;
  if (state->session.ended_us != session.ended_us || state->session.end != session.end)
    RefuseImport(session.id, "it is known to have ended otherwise");
  return brought;
}

StoreSize CountRows(Sql& sql) {
  const SqlRow row = sql.Run(kCounts).at(0);
  return {.bytes = 0, .sessions = row.Count(0), .slates = row.Count(1), .feedback = row.Count(2)};
}

void PingRow(Sql& sql) { sql.Run(kPing); }

}  // namespace lerl
