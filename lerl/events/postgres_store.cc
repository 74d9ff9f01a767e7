#include "lerl/events/postgres_store.h"

#include <algorithm>
#include <thread>

#include "lerl/base/error.h"
#include "lerl/events/migrations.h"
#include "lerl/events/store_url.h"

namespace lerl {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMostRefusals = 50;  // of one transaction, where others stand in its way
constexpr std::chrono::milliseconds kFirstPause{5}, kLongestPause{200};

constexpr SqlStatement kServerBegin{.name = "begin",
                                    .text = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"};
constexpr SqlStatement kServerCommit{.name = "commit", .text = "COMMIT"};
constexpr SqlStatement kServerRollBack{.name = "roll_back", .text = "ROLLBACK"};
constexpr SqlStatement kServerView{.name = "begin_view",
                                   .text = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
// One process at a time migrates; the number is an arbitrary one of ours.
constexpr SqlStatement kMigrationLock{
    .name = "migration_lock", .text = "SELECT pg_advisory_xact_lock(5495396126174528074)::text"};
constexpr SqlStatement kServerBytes{.name = "bytes",
                                    .text =
                                        "SELECT CAST(pg_total_relation_size('lerl_sessions') + "
                                        "pg_total_relation_size('lerl_slates') + "
                                        "pg_total_relation_size('lerl_feedback') + "
                                        "pg_total_relation_size('lerl_shadows') + "
                                        "pg_total_relation_size('lerl_items') AS BIGINT)"};

}  // namespace

PostgresStore::PostgresStore(const std::string& url, const StoreConfig& config)
    : shown_(WithoutPassword(url)),
      patience_(config.connect_ms),
      pool_([url, config] { return std::make_unique<PostgresConnection>(url, config); },
            config.connections, std::chrono::milliseconds(config.busy_ms), shown_) {
  bool up_to_date = false;
  Read([&](Sql& sql) { up_to_date = StoreVersion(sql) == NewestStoreVersion(); }, false);
  if (up_to_date) return;
  Write([&](Sql& sql) {
    sql.Run(kMigrationLock);
    Migrate(sql, shown_);
    return true;
  });
}

void PostgresStore::WithServer(const Work& work, const bool& unknown) {
  const Clock::time_point end = Clock::now() + patience_;
  std::chrono::milliseconds pause = kFirstPause;
  int refusals = 0;
  while (true) {
    try {
      pool_.With([&work](Sql& sql) { work(static_cast<PostgresConnection&>(sql)); });
      return;
    } catch (const ConnectionLost& lost) {
      pool_.CloseIdle();  // they were lost with it
      if (Clock::now() >= end)
        throw Error(ErrorKind::kIo,
                    std::string(lost.what()) +
                        (unknown ? "; what was being written may have been written, which trying "
                                   "again will show"
                                 : "; try again once the server can be reached"));
    } catch (const TransactionRefused& refused) {
      if (++refusals >= kMostRefusals)
        throw Error(ErrorKind::kBusy, std::string(refused.what()) + "; try again later");
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(2 * pause, kLongestPause);
  }
}

void PostgresStore::Write(const Change& change) {
  bool unknown = false;
  const Work work = [&](PostgresConnection& connection) {
    connection.set_again(unknown);
    connection.Run(kServerBegin);
    if (!change(connection)) {
      connection.Run(kServerRollBack);
      return;
    }
    unknown = true;
    connection.Run(kServerCommit);
  };
  WithServer(work, unknown);
}

void PostgresStore::Read(const View& view, bool as_one) {
  const Work work = [&](PostgresConnection& connection) {
    if (as_one) connection.Run(kServerView);
    view(connection);
    if (as_one) connection.Run(kServerCommit);
  };
  WithServer(work, false);
}

int64_t PostgresStore::Bytes(Sql& sql) { return sql.Run(kServerBytes).at(0).Count(0); }

}  // namespace lerl
