#include "lerl/sql_cells/postgres_cells.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "lerl/base/error.h"
#include "lerl/events/store_url.h"

namespace lerl {
namespace {

constexpr std::chrono::milliseconds kFirstWait{5}, kLongestWait{500};
constexpr int kMostRefused = 50;  // of one transaction, where others stand in its way

constexpr SqlStatement kBeginChange{.name = "begin",
                                    .text = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"};
constexpr SqlStatement kCommitChange{.name = "commit", .text = "COMMIT"};
// One process at a time makes the tables; the number is an arbitrary one of ours.
constexpr SqlStatement kTablesLock{
    .name = "cell_tables_lock", .text = "SELECT pg_advisory_xact_lock(5495396126174528075)::text"};

}  // namespace

PostgresCells::PostgresCells(const std::string& url, const StoreConfig& config, NowUs now_us)
    : SqlCells(std::move(now_us)), url_(url), config_(config) {
  Write([&](Sql& sql) {
    sql.Run(kTablesLock);
    MakeCellTables(sql, WithoutPassword(url_));
  });
}

void PostgresCells::Write(const Change& change) {
  using Clock = std::chrono::steady_clock;
  const std::lock_guard lock(mutex_);
  const auto end = Clock::now() + std::chrono::milliseconds(config_.connect_ms);
  std::chrono::milliseconds wait = kFirstWait;
  int refused = 0;
  bool again = false;  // a commit may have been made
  while (true) {
    try {
      if (!connection_) connection_ = std::make_unique<PostgresConnection>(url_, config_);
      connection_->set_again(again);
      connection_->Run(kBeginChange);
      change(*connection_);
      again = true;
      connection_->Run(kCommitChange);
      return;
    } catch (const ConnectionLost& lost) {
      connection_.reset();
      if (Clock::now() >= end)
        throw Error(ErrorKind::kIo,
                    std::string(lost.what()) + "; try again once the server can be reached");
    } catch (const TransactionRefused& fault) {
      connection_.reset();  // and with it the transaction
      if (++refused >= kMostRefused)
        throw Error(ErrorKind::kBusy, std::string(fault.what()) + "; try again later");
    } catch (...) {
      connection_.reset();
      throw;
    }
    std::this_thread::sleep_for(wait);
    wait = std::min(2 * wait, kLongestWait);
  }
}

}  // namespace lerl
