#include "lerl/events/sqlite_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>

#include "lerl/base/error.h"
#include "lerl/events/migrations.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr int64_t kApplicationId = 0x4C45524C;  // "LERL", in the head of the file

constexpr SqlStatement kBegin{.name = "begin", .text = "BEGIN IMMEDIATE"};
constexpr SqlStatement kBeginView{.name = "begin_view", .text = "BEGIN"};
constexpr SqlStatement kCommit{.name = "commit", .text = "COMMIT"};
constexpr SqlStatement kRollBack{.name = "roll_back", .text = "ROLLBACK"};
constexpr SqlStatement kSavepoint{.name = "savepoint", .text = "SAVEPOINT change"};
constexpr SqlStatement kTakeBack{.name = "take_back", .text = "ROLLBACK TO change"};
constexpr SqlStatement kRelease{.name = "release", .text = "RELEASE change"};
constexpr SqlStatement kIdentity{.name = "identity",
                                 .text =
                                     "SELECT application_id, (SELECT COUNT(*) FROM sqlite_master) "
                                     "FROM pragma_application_id"};
constexpr SqlStatement kCheck{.name = "check", .text = "PRAGMA quick_check(1)"};
constexpr SqlStatement kBytes{.name = "bytes",
                              .text =
                                  "SELECT page_count * page_size FROM pragma_page_count, "
                                  "pragma_page_size"};
constexpr SqlStatement kCheckpoint{.name = "checkpoint", .text = "PRAGMA wal_checkpoint(TRUNCATE)"};

// Makes an empty file that only its owner may read, where there is none; SQLite gives the files
// beside it the same mode.
void MakeFile(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::error_code error;
  fs::create_directories(folder, error);
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0 && errno == EEXIST) return;
  if (file < 0)
    throw Error(ErrorKind::kIo, path.string() + ": cannot be made: " + std::strerror(errno));
  ::close(file);
  const int entry = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (entry < 0) return;
  ::fsync(entry);
  ::close(entry);
}

// Refuses what is no store before anything is changed in it.
void RequireAStore(Sql& sql, const fs::path& path) {
  const SqlRow identity = sql.Run(kIdentity).at(0);
  const bool empty = identity.Count(0) == 0 && identity.Count(1) == 0;
  if (!empty && identity.Count(0) != kApplicationId)
    throw Error(ErrorKind::kData,
                path.string() + ": a database of another program; name another file");
}

void RequireWhole(Sql& sql, const fs::path& path) {
  const std::vector<SqlRow> found = sql.Run(kCheck);
  if (found.size() == 1 && found[0].Text(0) == "ok") return;
  throw Error(ErrorKind::kData, path.string() + ": the store is damaged (" +
                                    (found.empty() ? "no answer" : found[0].Text(0)) +
                                    "); restore it from a copy");
}

std::unique_ptr<SqliteConnection> OpenWriter(const fs::path& path, const StoreConfig& config) {
  if (path.empty()) throw Error(ErrorKind::kConfig, "store.url: names no file");
  MakeFile(path);
  auto writer = std::make_unique<SqliteConnection>(path, config.busy_ms, false);
  RequireAStore(*writer, path);
  if (config.check) RequireWhole(*writer, path);
  writer->UseWriteAheadLog(config.busy_ms);
  writer->Run(kBegin);
  try {
    RequireAStore(*writer, path);
    Migrate(*writer, path.string());
    writer->Script("PRAGMA application_id = " + std::to_string(kApplicationId) + ";");
    writer->Run(kCommit);
  } catch (...) {
    if (writer->InTransaction()) writer->Run(kRollBack);
    throw;
  }
  return writer;
}

}  // namespace

SqliteStore::SqliteStore(const fs::path& path, const StoreConfig& config)
    : path_(path),
      writer_(OpenWriter(path, config)),
      transaction_(*writer_),
      readers_(
          [path, busy_ms = config.busy_ms] {
            return std::make_unique<SqliteConnection>(path, busy_ms, true);
          },
          config.connections, std::chrono::milliseconds(config.busy_ms), path.string()),
      commits_(transaction_) {}

void SqliteStore::Transaction::Begin() { writer_.Run(kBegin); }
void SqliteStore::Transaction::Commit() { writer_.Run(kCommit); }

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
