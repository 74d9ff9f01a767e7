#include "lerl/sql_cells/sql_cells.h"

#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/cells/memory_cells.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

constexpr int64_t kLedgerVersion = 1;

// Names are compared by their bytes in both databases.
#define LERL_CELL_TABLES(COUNT, NAME)                                                       \
  "CREATE TABLE lerl_ledger (version " COUNT                                                \
  " NOT NULL);"                                                                             \
  "INSERT INTO lerl_ledger (version) VALUES (1);"                                           \
  "CREATE TABLE lerl_studies (id " NAME                                                     \
  " PRIMARY KEY NOT NULL, what TEXT NOT NULL, made_at TEXT NOT NULL, lease_us " COUNT       \
  " NOT NULL, tries " COUNT                                                                 \
  " NOT NULL);"                                                                             \
  "CREATE TABLE lerl_cells (study " NAME " NOT NULL, name " NAME " NOT NULL, number " COUNT \
  " NOT NULL, needs " NAME " NOT NULL, work " COUNT                                         \
  " NOT NULL, state TEXT NOT NULL, worker "                                                 \
  "TEXT NOT NULL, claims " COUNT " NOT NULL, tries " COUNT " NOT NULL, until_us " COUNT     \
  " NOT NULL, progress " COUNT " NOT NULL, late " COUNT                                     \
  " NOT NULL, kind TEXT NOT NULL, error "                                                   \
  "TEXT NOT NULL, PRIMARY KEY (study, name));"                                              \
  "CREATE INDEX lerl_cells_waiting ON lerl_cells (study, number) WHERE state = 'waiting';"  \
  "CREATE INDEX lerl_cells_running ON lerl_cells (study, until_us) WHERE state = 'running';"

constexpr SqlStatement kHasLedger{
    .name = "has_ledger",
    .text = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'lerl_ledger'",
    .postgres = "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('lerl_ledger')"};
constexpr SqlStatement kLedgerVersionOf{.name = "ledger_version",
                                        .text = "SELECT version FROM lerl_ledger"};
constexpr SqlStatement kNow{
    .name = "ledger_now",
    .text = "SELECT 0",
    .postgres = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"};

constexpr SqlStatement kPutStudy{
    .name = "put_study",
    .text =
        "INSERT INTO lerl_studies (id, what, made_at, lease_us, tries) "
        "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET what = excluded.what, "
        "made_at = excluded.made_at, lease_us = excluded.lease_us, tries = excluded.tries"};
// $2: a JSON list of the cells.
#define LERL_PUT_CELLS                                                                          \
  " ON CONFLICT (study, name) DO UPDATE SET number = excluded.number, needs = excluded.needs, " \
  "work = excluded.work, "                                                                      \
  "state = CASE lerl_cells.state WHEN 'running' THEN 'running' ELSE excluded.state END, "       \
  "tries = CASE lerl_cells.state WHEN 'running' THEN lerl_cells.tries ELSE 0 END, "             \
  "until_us = CASE lerl_cells.state WHEN 'running' THEN lerl_cells.until_us ELSE 0 END, "       \
  "progress = CASE lerl_cells.state WHEN 'running' THEN lerl_cells.progress ELSE 0 END, "       \
  "kind = '', error = ''"
constexpr SqlStatement kPutCells{
    .name = "put_cells",
    .text =
        "INSERT INTO lerl_cells SELECT $1, json_extract(value, '$.name'), key, "
        "json_extract(value, '$.after'), json_extract(value, '$.work'), "
        "json_extract(value, '$.state'), '', 0, 0, 0, 0, 0, '', '' FROM json_each($2) "
        "WHERE true" LERL_PUT_CELLS,
    .postgres =
        "INSERT INTO lerl_cells SELECT $1, value ->> 'name', key - 1, value ->> 'after', "
        "CAST(value ->> 'work' AS BIGINT), value ->> 'state', '', 0, 0, 0, 0, 0, '', '' "
        "FROM json_array_elements(CAST($2 AS JSON)) WITH ORDINALITY AS list (value, key) "
        "WHERE true" LERL_PUT_CELLS};
constexpr SqlStatement kDropCells{
    .name = "drop_cells",
    .text =
        "DELETE FROM lerl_cells WHERE study = $1 AND name NOT IN "
        "(SELECT json_extract(value, '$.name') FROM json_each($2))",
    .postgres =
        "DELETE FROM lerl_cells WHERE study = $1 AND name NOT IN "
        "(SELECT value ->> 'name' FROM json_array_elements(CAST($2 AS JSON)))"};
constexpr SqlStatement kStudies{.name = "studies",
                                .text =
                                    "SELECT id, what, made_at, lease_us, tries FROM lerl_studies "
                                    "ORDER BY id"};

// Ends a try: the cell waits again, or has failed after its tries.
#define LERL_END_TRY(KIND, ERROR, STUDY, CELLS)                                                 \
  "UPDATE lerl_cells SET state = CASE WHEN tries >= (SELECT s.tries FROM lerl_studies s WHERE " \
  "s.id = lerl_cells.study) THEN 'failed' ELSE 'waiting' END, until_us = 0, kind = " KIND       \
  ", error = " ERROR " WHERE study = " STUDY " AND state = 'running' AND " CELLS                \
  " RETURNING name, state, kind"
#define LERL_SILENT "'worker ' || worker || ' gave no sign of life'"
constexpr SqlStatement kEndSilent{
    .name = "end_silent",
    .text = LERL_END_TRY("''", LERL_SILENT, "$1", "until_us < $2"),
    .postgres = LERL_END_TRY("''", LERL_SILENT, "$1",
                             "name IN (SELECT c.name FROM lerl_cells c WHERE c.study = $1 AND "
                             "c.state = 'running' AND c.until_us < $2 FOR UPDATE SKIP LOCKED)")};
constexpr SqlStatement kEndFreed{.name = "end_freed",
                                 .text = LERL_END_TRY("''", "$1", "$2", "worker = $3")};
constexpr SqlStatement kEndFailed{
    .name = "end_failed",
    .text = LERL_END_TRY("$1", "$2", "$3", "name = $4 AND claims = $5 AND worker = $6")};
constexpr SqlStatement kFailAfter{
    .name = "fail_after",
    .text =
        "UPDATE lerl_cells SET state = 'failed', kind = $1, error = 'needs ' || "
        "CAST($2 AS TEXT) || ', which failed' WHERE needs = $2 AND study = $3 AND "
        "state = 'waiting'"};

// What this worker holds, where an earlier try of the same call may have been committed.
constexpr SqlStatement kHeld{.name = "held",
                             .text =
                                 "SELECT name, claims FROM lerl_cells WHERE study = $1 AND "
                                 "state = 'running' AND worker = $2"};
#define LERL_TAKE(LOCK)                                                                            \
  "UPDATE lerl_cells SET state = 'running', worker = $1, claims = claims + 1, tries = tries + 1, " \
  "progress = 0, until_us = $2 + (SELECT lease_us FROM lerl_studies WHERE id = $3) "               \
  "WHERE study = $3 AND name = (SELECT c.name FROM lerl_cells c WHERE c.study = $3 AND "           \
  "c.state = 'waiting' AND c.until_us <= $2 AND (c.needs = '' OR EXISTS (SELECT 1 FROM "           \
  "lerl_cells b WHERE b.study = $3 AND b.name = c.needs AND b.state = 'done')) "                   \
  "ORDER BY c.number LIMIT 1" LOCK ") RETURNING name, claims"
constexpr SqlStatement kTake{
    .name = "take", .text = LERL_TAKE(""), .postgres = LERL_TAKE(" FOR UPDATE SKIP LOCKED")};

#define LERL_OF_CLAIM(STUDY, CELL, NUMBER, WORKER) \
  "study = " STUDY " AND name = " CELL " AND claims = " NUMBER " AND worker = " WORKER
constexpr SqlStatement kBeat{
    .name = "beat",
    .text =
        "UPDATE lerl_cells SET progress = $1, until_us = $2 + (SELECT lease_us FROM "
        "lerl_studies WHERE id = $3) WHERE " LERL_OF_CLAIM(
            "$3", "$4", "$5", "$6") " AND state = 'running' RETURNING name"};
constexpr SqlStatement kFinish{
    .name = "finish",
    .text = "UPDATE lerl_cells SET state = 'done', kind = '', error = '' WHERE " LERL_OF_CLAIM(
        "$1", "$2", "$3", "$4") " AND state <> 'failed' RETURNING name"};
constexpr SqlStatement kCountLate{
    .name = "count_late",
    .text = "UPDATE lerl_cells SET late = late + 1 WHERE study = $1 AND name = $2"};
constexpr SqlStatement kGiveBack{
    .name = "give_back",
    .text =
        "UPDATE lerl_cells SET state = 'waiting', tries = tries - 1, until_us = $1 "
        "WHERE " LERL_OF_CLAIM("$2", "$3", "$4", "$5") " AND state = 'running'"};

constexpr SqlStatement kCounts{
    .name = "counts",
    .text =
        "SELECT state, COUNT(*), CAST(SUM(work) AS BIGINT), CAST(SUM(CASE state WHEN 'done' "
        "THEN work WHEN 'running' THEN progress ELSE 0 END) AS BIGINT), CAST(SUM(claims) AS "
        "BIGINT), CAST(SUM(late) AS BIGINT), CAST(SUM(CASE WHEN state = 'running' AND "
        "until_us < $1 THEN 1 ELSE 0 END) AS BIGINT) FROM lerl_cells WHERE study = $2 "
        "GROUP BY state"};
constexpr SqlStatement kFailed{
    .name = "failed",
    .text =
        "SELECT name, tries, kind, error FROM lerl_cells WHERE study = $1 AND "
        "state = 'failed' ORDER BY number"};

std::string CellsJson(std::span<const Cell> cells) {
  Json list = Json::array();
  for (const Cell& cell : cells)
    list.push_back({{"name", cell.name},
                    {"after", cell.after},
                    {"work", cell.work},
                    {"state", cell.done ? "done" : "waiting"}});
  return list.dump();
}

// Rows of a statement that ended tries; cells that wait for one that has failed fail too.
void FailThoseAfter(Sql& sql, const std::string& study, const std::vector<SqlRow>& ended) {
  for (const SqlRow& row : ended)
    if (row.Text(1) == "failed") sql.Run(kFailAfter, {row.Text(2), row.Text(0), study});
}

}  // namespace

void MakeCellTables(Sql& sql, const std::string& ledger) {
  if (sql.Run(kHasLedger).at(0).Count(0) == 0) {
    sql.Script(sql.dialect() == Dialect::kSqlite
                   ? LERL_CELL_TABLES("INTEGER", "TEXT")
                   : LERL_CELL_TABLES("BIGINT", "TEXT COLLATE \"C\""));
    return;
  }
  const std::vector<SqlRow> rows = sql.Run(kLedgerVersionOf);
  if (rows.size() == 1 && rows[0].Count(0) == kLedgerVersion) return;
  throw Error(ErrorKind::kData,
              ledger + ": a ledger of another version of this program; name another one");
}

int64_t SqlCells::Now(Sql& sql) const {
  if (now_us_) return now_us_();
  return sql.dialect() == Dialect::kSqlite ? CalendarUs() : sql.Run(kNow).at(0).Count(0);
}

void SqlCells::Put(const Study& study, std::span<const Cell> cells) {
  const std::string list = CellsJson(cells);
  Write([&](Sql& sql) {
    sql.Run(kPutStudy, {study.id, study.what, study.commit, study.lease_ms * 1000, study.tries});
    sql.Run(kDropCells, {study.id, list});
    sql.Run(kPutCells, {study.id, list});
  });
}

std::vector<Study> SqlCells::Studies() {
  std::vector<Study> studies;
  Write([&](Sql& sql) {
    studies.clear();
    for (const SqlRow& row : sql.Run(kStudies))
      studies.push_back({.id = row.Text(0),
                         .what = row.Text(1),
                         .commit = row.Text(2),
                         .lease_ms = row.Count(3) / 1000,
                         .tries = row.Count(4)});
  });
  return studies;
}

std::optional<CellClaim> SqlCells::Take(const std::string& study, const std::string& worker) {
  std::optional<CellClaim> claim;
  Write([&](Sql& sql) {
    std::vector<SqlRow> rows;
    if (sql.again()) rows = sql.Run(kHeld, {study, worker});
    if (rows.empty()) {
      const int64_t now = Now(sql);
      FailThoseAfter(sql, study, sql.Run(kEndSilent, {study, now}));
      rows = sql.Run(kTake, {worker, now, study});
    }
    claim = rows.empty()
                ? std::nullopt
                : std::optional(CellClaim{study, rows[0].Text(0), worker, rows[0].Count(1)});
  });
  return claim;
}

bool SqlCells::Beat(const CellClaim& claim, int64_t progress) {
  bool held = false;
  Write([&](Sql& sql) {
    held =
        !sql.Run(kBeat, {progress, Now(sql), claim.study, claim.cell, claim.number, claim.worker})
             .empty();
  });
  return held;
}

bool SqlCells::Finish(const CellClaim& claim) {
  bool held = false;
  Write([&](Sql& sql) {
    held = !sql.Run(kFinish, {claim.study, claim.cell, claim.number, claim.worker}).empty();
    if (!held) sql.Run(kCountLate, {claim.study, claim.cell});
  });
  return held;
}

void SqlCells::Fail(const CellClaim& claim, const std::string& kind, const std::string& error) {
  Write([&](Sql& sql) {
    FailThoseAfter(
        sql, claim.study,
        sql.Run(kEndFailed, {kind, error, claim.study, claim.cell, claim.number, claim.worker}));
  });
}

void SqlCells::GiveBack(const CellClaim& claim, int64_t delay_ms) {
  Write([&](Sql& sql) {
    const int64_t until = delay_ms > 0 ? Now(sql) + delay_ms * 1000 : 0;
    sql.Run(kGiveBack, {until, claim.study, claim.cell, claim.number, claim.worker});
  });
}

void SqlCells::Free(const std::string& study, const std::string& worker, const std::string& error) {
  Write([&](Sql& sql) { FailThoseAfter(sql, study, sql.Run(kEndFreed, {error, study, worker})); });
}

StudyCounts SqlCells::Counts(const std::string& study) {
  StudyCounts counts;
  Write([&](Sql& sql) {
    counts = {};
    for (const SqlRow& row : sql.Run(kCounts, {Now(sql), study})) {
      const std::string& state = row.Text(0);
      const int64_t silent = row.Count(6);
      (state == "waiting"   ? counts.waiting
       : state == "running" ? counts.running
       : state == "done"    ? counts.done
                            : counts.failed) += row.Count(1) - silent;
      counts.waiting += silent;
      counts.work += row.Count(2);
      counts.progress += row.Count(3);
      counts.claims += row.Count(4);
      counts.late += row.Count(5);
    }
  });
  return counts;
}

std::vector<FailedCell> SqlCells::Failed(const std::string& study) {
  std::vector<FailedCell> failed;
  Write([&](Sql& sql) {
    failed.clear();
    for (const SqlRow& row : sql.Run(kFailed, {study}))
      failed.push_back({row.Text(0), row.Count(1), row.Text(2), row.Text(3)});
  });
  return failed;
}

}  // namespace lerl
