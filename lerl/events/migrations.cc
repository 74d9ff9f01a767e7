#include "lerl/events/migrations.h"

#include <array>

#include "lerl/base/error.h"

namespace lerl {
namespace {

constexpr const char* kTablesSqlite = R"(
CREATE TABLE lerl_store (version INTEGER NOT NULL) STRICT;
INSERT INTO lerl_store (version) VALUES (0);
CREATE TABLE lerl_sessions (
  id TEXT PRIMARY KEY NOT NULL, user_name TEXT NOT NULL, policy TEXT NOT NULL,
  seed INTEGER NOT NULL, started_us INTEGER NOT NULL, ended_us INTEGER NOT NULL,
  end_reason TEXT NOT NULL, slates INTEGER NOT NULL, feedback INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX lerl_sessions_of_user ON lerl_sessions (user_name, started_us, id);
CREATE INDEX lerl_sessions_by_start ON lerl_sessions (started_us, id);
CREATE TABLE lerl_slates (
  session TEXT NOT NULL REFERENCES lerl_sessions (id) ON DELETE CASCADE, step INTEGER NOT NULL,
  shown_us INTEGER NOT NULL, request TEXT NOT NULL, version TEXT NOT NULL, items TEXT NOT NULL,
  probabilities TEXT NOT NULL, log_probability REAL NOT NULL, temperature REAL NOT NULL,
  candidates INTEGER NOT NULL, candidates_hash TEXT NOT NULL, plan_hash TEXT NOT NULL,
  plan TEXT NOT NULL, origin TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (session, step)
) STRICT;
CREATE TABLE lerl_feedback (
  event TEXT PRIMARY KEY NOT NULL,
  session TEXT NOT NULL REFERENCES lerl_sessions (id) ON DELETE CASCADE, number INTEGER NOT NULL,
  step INTEGER NOT NULL, item TEXT NOT NULL, behaviours TEXT NOT NULL,
  happened_us INTEGER NOT NULL, received_us INTEGER NOT NULL, UNIQUE (session, number)
) STRICT, WITHOUT ROWID;
)";

// Ids are compared by their bytes, as SQLite does it, in the language of any server.
constexpr const char* kTablesPostgres = R"(
CREATE TABLE lerl_store (version INTEGER NOT NULL);
INSERT INTO lerl_store (version) VALUES (0);
CREATE TABLE lerl_sessions (
  id TEXT COLLATE "C" PRIMARY KEY, user_name TEXT COLLATE "C" NOT NULL, policy TEXT NOT NULL,
  seed BIGINT NOT NULL, started_us BIGINT NOT NULL, ended_us BIGINT NOT NULL,
  end_reason TEXT NOT NULL, slates INTEGER NOT NULL, feedback BIGINT NOT NULL);
CREATE INDEX lerl_sessions_of_user ON lerl_sessions (user_name, started_us, id);
CREATE INDEX lerl_sessions_by_start ON lerl_sessions (started_us, id);
CREATE TABLE lerl_slates (
  session TEXT COLLATE "C" NOT NULL REFERENCES lerl_sessions (id) ON DELETE CASCADE,
  step INTEGER NOT NULL, shown_us BIGINT NOT NULL, request TEXT NOT NULL, version TEXT NOT NULL,
  items TEXT NOT NULL, probabilities TEXT NOT NULL, log_probability DOUBLE PRECISION NOT NULL,
  temperature DOUBLE PRECISION NOT NULL, candidates BIGINT NOT NULL, candidates_hash TEXT NOT NULL,
  plan_hash TEXT NOT NULL, plan TEXT NOT NULL, origin TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (session, step));
CREATE TABLE lerl_feedback (
  event TEXT COLLATE "C" PRIMARY KEY,
  session TEXT COLLATE "C" NOT NULL REFERENCES lerl_sessions (id) ON DELETE CASCADE,
  number BIGINT NOT NULL, step INTEGER NOT NULL, item TEXT NOT NULL, behaviours TEXT NOT NULL,
  happened_us BIGINT NOT NULL, received_us BIGINT NOT NULL, UNIQUE (session, number));
)";

constexpr const char* kItemsSqlite = R"(
CREATE TABLE lerl_items (
  id TEXT PRIMARY KEY NOT NULL, number INTEGER NOT NULL UNIQUE, title TEXT NOT NULL,
  categories TEXT NOT NULL, text TEXT NOT NULL, added_us INTEGER NOT NULL,
  withdrawn_us INTEGER NOT NULL, shown INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE lerl_store ADD COLUMN items_revision INTEGER NOT NULL DEFAULT 0;
)";

constexpr const char* kItemsPostgres = R"(
CREATE TABLE lerl_items (
  id TEXT COLLATE "C" PRIMARY KEY, number BIGINT NOT NULL UNIQUE, title TEXT NOT NULL,
  categories TEXT NOT NULL, text TEXT NOT NULL, added_us BIGINT NOT NULL,
  withdrawn_us BIGINT NOT NULL, shown BIGINT NOT NULL);
ALTER TABLE lerl_store ADD COLUMN items_revision BIGINT NOT NULL DEFAULT 0;
)";

constexpr std::array<Migration, 3> kMigrations{{
    {.what = "sessions, slates, feedback", .sqlite = kTablesSqlite, .postgres = kTablesPostgres},
    {.what = "a count that Ping writes",
     .sqlite = "ALTER TABLE lerl_store ADD COLUMN pings INTEGER NOT NULL DEFAULT 0;",
     .postgres = "ALTER TABLE lerl_store ADD COLUMN pings BIGINT NOT NULL DEFAULT 0;"},
    {.what = "items that were added or withdrawn",
     .sqlite = kItemsSqlite,
     .postgres = kItemsPostgres},
}};

constexpr SqlStatement kHasTables{
    .name = "has_tables",
    .text = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'lerl_store'",
    .postgres = "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('lerl_store')"};
constexpr SqlStatement kVersion{.name = "version", .text = "SELECT version FROM lerl_store"};

}  // namespace

std::span<const Migration> Migrations() { return kMigrations; }
int NewestStoreVersion() { return static_cast<int>(kMigrations.size()); }

int StoreVersion(Sql& sql) {
  if (sql.Run(kHasTables).at(0).Count(0) == 0) return 0;
  const std::vector<SqlRow> rows = sql.Run(kVersion);
  return rows.empty() ? 0 : static_cast<int>(rows[0].Count(0));
}

void Migrate(Sql& sql, const std::string& store) {
  const int version = StoreVersion(sql);
  if (version > NewestStoreVersion())
    throw Error(ErrorKind::kData,
                store + ": written by a newer version of this program (its " +
                    "tables have version " + std::to_string(version) + ", known are those up to " +
                    std::to_string(NewestStoreVersion()) + "); open it with that program");
  if (version == NewestStoreVersion()) return;
  for (int step = version; step < NewestStoreVersion(); ++step) {
    const Migration& migration = kMigrations[At(step)];
    sql.Script(sql.dialect() == Dialect::kSqlite ? migration.sqlite : migration.postgres);
  }
  sql.Script("UPDATE lerl_store SET version = " + std::to_string(NewestStoreVersion()) + ";");
}

}  // namespace lerl
