#pragma once
// SqliteConnection: one connection to an SQLite file that is in use by one thread at a time.
//
// Errors name the file. kBusy: another process holds it longer than `busy_ms`. kData: it is damaged
// or no database. kIo: it can't be read or written. Anything else is a bug (CheckFailure).

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lerl/events/sql.h"

namespace lerl {

class SqliteConnection : public Sql {
 public:
  // Opens a file that exists. Writes are synced before a commit returns. `reads_only` refuses them.
  SqliteConnection(const std::filesystem::path& path, int64_t busy_ms, bool reads_only);
  ~SqliteConnection() override;

  Dialect dialect() const override { return Dialect::kSqlite; }
  std::vector<SqlRow> Run(const SqlStatement& statement,
                          const std::vector<SqlValue>& values = {}) override;
  void Script(const std::string& text) override;

  // Whether a transaction is open. SQLite itself ends one where it can't go on, as on a full disk.
  bool InTransaction() const;
  // Switches the file to a write-ahead log. Another process may be about to do the same.
  void UseWriteAheadLog(int64_t busy_ms);
  // From here on counts the pages in the log after each commit of this connection, and leaves it to
  // others to move them into the file (events/sqlite_log.h).
  void CountLogPages();
  int64_t log_pages() const { return log_pages_; }

 private:
  struct Impl;  // keeps SQLite's headers out of this one
  std::filesystem::path path_;
  std::unique_ptr<Impl> impl_;
  std::atomic<int64_t> log_pages_ = 0;
};

}  // namespace lerl
