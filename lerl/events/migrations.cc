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

constexpr const char* kShadowsSqlite = R"(
CREATE TABLE lerl_shadows (
  session TEXT NOT NULL, step INTEGER NOT NULL, policy TEXT NOT NULL, version TEXT NOT NULL,
  chosen_us INTEGER NOT NULL, items TEXT NOT NULL, probabilities TEXT NOT NULL,
  shown_probabilities TEXT NOT NULL, PRIMARY KEY (session, step, policy),
  FOREIGN KEY (session, step) REFERENCES lerl_slates (session, step) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
)";
constexpr const char* kShadowsPostgres = R"(
CREATE TABLE lerl_shadows (
  session TEXT COLLATE "C" NOT NULL, step INTEGER NOT NULL, policy TEXT COLLATE "C" NOT NULL,
  version TEXT NOT NULL, chosen_us BIGINT NOT NULL, items TEXT NOT NULL,
  probabilities TEXT NOT NULL, shown_probabilities TEXT NOT NULL,
  PRIMARY KEY (session, step, policy),
  FOREIGN KEY (session, step) REFERENCES lerl_slates (session, step) ON DELETE CASCADE);
)";

// An index of sessions that are of a split alone, which others don't pay for.
#define LERL_SPLIT_OF_SESSIONS                                                    \
  "ALTER TABLE lerl_sessions ADD COLUMN split TEXT NOT NULL DEFAULT '';"          \
  "CREATE INDEX lerl_sessions_of_split ON lerl_sessions (split, started_us, id) " \
  "WHERE split <> '';"
constexpr const char* kDecisionsSqlite = LERL_SPLIT_OF_SESSIONS R"(
CREATE TABLE lerl_decisions (
  experiment TEXT NOT NULL, policy TEXT NOT NULL, outcome TEXT NOT NULL,
  decided_us INTEGER NOT NULL, users INTEGER NOT NULL, first_users INTEGER NOT NULL,
  difference REAL NOT NULL, low REAL NOT NULL, high REAL NOT NULL, PRIMARY KEY (experiment, policy)
) STRICT, WITHOUT ROWID;
)";
constexpr const char* kDecisionsPostgres = LERL_SPLIT_OF_SESSIONS R"(
CREATE TABLE lerl_decisions (
  experiment TEXT COLLATE "C" NOT NULL, policy TEXT COLLATE "C" NOT NULL, outcome TEXT NOT NULL,
  decided_us BIGINT NOT NULL, users BIGINT NOT NULL, first_users BIGINT NOT NULL,
  difference DOUBLE PRECISION NOT NULL, low DOUBLE PRECISION NOT NULL,
  high DOUBLE PRECISION NOT NULL, PRIMARY KEY (experiment, policy));
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

#define LERL_OPEN_SESSIONS \
  "CREATE INDEX lerl_sessions_open ON lerl_sessions (started_us, id) WHERE ended_us = 0;"

constexpr std::array<Migration, 7> kMigrations{{
    {.what = "sessions, slates, feedback", .sqlite = kTablesSqlite, .postgres = kTablesPostgres},
    {.what = "a count that Ping writes",
     .sqlite = "ALTER TABLE lerl_store ADD COLUMN pings INTEGER NOT NULL DEFAULT 0;",
     .postgres = "ALTER TABLE lerl_store ADD COLUMN pings BIGINT NOT NULL DEFAULT 0;"},
    {.what = "slates that wait for a default answer",
     .sqlite = "ALTER TABLE lerl_slates ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;"
               "CREATE INDEX lerl_slates_open ON lerl_slates (shown_us) WHERE settled = 0;",
     .postgres = "ALTER TABLE lerl_slates ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;"
                 "CREATE INDEX lerl_slates_open ON lerl_slates (shown_us) WHERE settled = 0;"},
    {.what = "shadows", .sqlite = kShadowsSqlite, .postgres = kShadowsPostgres},
    {.what = "the split of a session, decisions of experiments",
     .sqlite = kDecisionsSqlite,
     .postgres = kDecisionsPostgres},
    {.what = "items that were added or withdrawn",
     .sqlite = kItemsSqlite,
     .postgres = kItemsPostgres},
    {.what = "sessions that have not ended",
     .sqlite = LERL_OPEN_SESSIONS,
     .postgres = LERL_OPEN_SESSIONS},
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

void Migrate(Sql& sql, const std::string& store, std::span<const Migration> steps) {
  const auto newest = static_cast<int>(steps.size());
  const int version = StoreVersion(sql);
  if (version > newest)
    throw Error(ErrorKind::kData,
                store + ": written by a newer version of this program (its " +
                    "tables have version " + std::to_string(version) + ", known are those up to " +
                    std::to_string(newest) +
                    "); open it with that program, or put back the copy of before the upgrade");
  if (version == newest) return;
  for (int step = version; step < newest; ++step) {
    const Migration& migration = steps[At(step)];
    sql.Script(sql.dialect() == Dialect::kSqlite ? migration.sqlite : migration.postgres);
  }
  sql.Script("UPDATE lerl_store SET version = " + std::to_string(newest) + ";");
}

}  // namespace lerl
