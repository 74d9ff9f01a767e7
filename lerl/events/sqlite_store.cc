#include "lerl/events/sqlite_store.h"

#include <chrono>
#include <system_error>

#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/events/migrations.h"
#include "lerl/events/sqlite_backup.h"
#include "lerl/events/sqlite_file.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr SqlStatement kBegin{.name = "begin", .text = "BEGIN IMMEDIATE"};
constexpr SqlStatement kBeginView{.name = "begin_view", .text = "BEGIN"};
constexpr SqlStatement kCommit{.name = "commit", .text = "COMMIT"};
constexpr SqlStatement kRollBack{.name = "roll_back", .text = "ROLLBACK"};
constexpr SqlStatement kSavepoint{.name = "savepoint", .text = "SAVEPOINT change"};
constexpr SqlStatement kTakeBack{.name = "take_back", .text = "ROLLBACK TO change"};
constexpr SqlStatement kRelease{.name = "release", .text = "RELEASE change"};
constexpr SqlStatement kBytes{.name = "bytes",
                              .text =
                                  "SELECT page_count * page_size FROM pragma_page_count, "
                                  "pragma_page_size"};
constexpr SqlStatement kCheckpoint{.name = "checkpoint", .text = "PRAGMA wal_checkpoint(TRUNCATE)"};

// Keeps a copy of a store that is about to be brought up to date, so that the program of before can
// go on with it, and returns where; "" where there is nothing to keep. `sql` holds the store
// against all who write.
fs::path KeepOldVersion(Sql& sql, const fs::path& path, const StoreConfig& config) {
  const int version = StoreVersion(sql);
  if (version == 0 || version >= NewestStoreVersion()) return {};
  const fs::path copy = CopyOfVersion(path, version);
  BackUpSqlite(path, copy, config.busy_ms);
  return copy;
}

std::unique_ptr<SqliteConnection> OpenWriter(const fs::path& path, const StoreConfig& config) {
  if (path.empty()) throw Error(ErrorKind::kConfig, "store.url: names no file");
  MakeStoreFile(path);
  auto writer = std::make_unique<SqliteConnection>(path, config.busy_ms, false);
  RequireAStore(*writer, path);
  if (config.check) RequireWhole(*writer, path);
  writer->UseWriteAheadLog(config.busy_ms);
  fs::path copy;
  writer->Run(kBegin);
  try {
    RequireAStore(*writer, path);
    copy = KeepOldVersion(*writer, path, config);
    Migrate(*writer, path.string());
    writer->Script("PRAGMA application_id = " + std::to_string(kStoreApplicationId) + ";");
    writer->Run(kCommit);
  } catch (...) {
    if (writer->InTransaction()) writer->Run(kRollBack);
    std::error_code ignored;
    if (!copy.empty()) fs::remove(copy, ignored);  // the store is still what it was
    throw;
  }
  if (!copy.empty())
    LogInfo(path.string() + ": brought up to date; as it was before it is kept in " +
            copy.string());
  return writer;
}

}  // namespace

SqliteStore::SqliteStore(const fs::path& path, const StoreConfig& config)
    : path_(path),
      writer_(OpenWriter(path, config)),
      log_(path, config.busy_ms, *writer_),
      transaction_(*writer_, log_),
      readers_(
          [path, busy_ms = config.busy_ms] {
            return std::make_unique<SqliteConnection>(path, busy_ms, true);
          },
          config.connections, std::chrono::milliseconds(config.busy_ms), path.string()),
      commits_(transaction_) {}

void SqliteStore::Transaction::Begin() { writer_.Run(kBegin); }
void SqliteStore::Transaction::Commit() {
  writer_.Run(kCommit);
  log_.AfterCommit();
}

void SqliteStore::Transaction::Apply(const std::function<void()>& change) {
  writer_.Run(kSavepoint);
  try {
    change();
    writer_.Run(kRelease);
  } catch (...) {
    if (writer_.InTransaction()) {
      writer_.Run(kTakeBack);
      writer_.Run(kRelease);
    }
    throw;
  }
}

void SqliteStore::Transaction::RollBack() noexcept {
  try {
    if (writer_.InTransaction()) writer_.Run(kRollBack);
  } catch (const std::exception&) {
    // SQLite rolls back by itself when it next begins or the file is next opened.
  }
}

bool SqliteStore::Transaction::IsLost(const std::exception_ptr& error) {
  if (!writer_.InTransaction()) return true;
  try {
    std::rethrow_exception(error);
  } catch (const Error& known) {
    return known.kind() == ErrorKind::kIo || known.kind() == ErrorKind::kBusy;
  } catch (...) {
    return false;
  }
}

void SqliteStore::Write(const Change& change) {
  commits_.Run([&] {
    if (!change(*writer_)) writer_->Run(kTakeBack);
  });
}

void SqliteStore::Read(const View& view, bool as_one) {
  readers_.With([&](Sql& sql) {
    if (as_one) sql.Run(kBeginView);
    view(sql);  // where it throws, the connection is closed and the transaction with it
    if (as_one) sql.Run(kCommit);
  });
}

int64_t SqliteStore::Bytes(Sql& sql) {
  std::error_code missing;
  const auto log = fs::file_size(path_.string() + "-wal", missing);
  return sql.Run(kBytes).at(0).Count(0) + (missing ? 0 : static_cast<int64_t>(log));
}

void SqliteStore::AfterDelete() {
  // What was overwritten still stands in the log, until it is emptied. Where that can't be done
  // now, the log's next turn does it.
  try {
    Read([](Sql& sql) { sql.Run(kCheckpoint); }, false);
  } catch (const Error&) {
  }
}

}  // namespace lerl
