#include "lerl/events/sqlite_connection.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <chrono>
#include <thread>

#include "lerl/base/check.h"
#include "lerl/base/error.h"

namespace lerl {
namespace {

Error AsError(const std::filesystem::path& path, const SQLite::Exception& fault) {
  const std::string what = path.string() + ": " + fault.what();
  switch (fault.getErrorCode()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::kBusy, what + ": another process holds the store; try again later"};
    case SQLITE_NOTADB:
      return {ErrorKind::kData, what + ": this is no store; name another file"};
    case SQLITE_CORRUPT:
      return {ErrorKind::kData, what + ": the store is damaged; restore it from a copy"};
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOMEM:
    case SQLITE_NOLFS:
      return {ErrorKind::kIo, what + "; check its permissions and the free disk space"};
    default:
      FailCheck(__FILE__, __LINE__, what);
  }
}

void Bind(SQLite::Statement& statement, const std::vector<SqlValue>& values) {
  for (size_t i = 0; i < values.size(); ++i) {
    const int index = static_cast<int>(i) + 1;
    // The values outlive the run, so texts need no copy.
    if (const auto* text = std::get_if<std::string>(&values[i]))
      statement.bindNoCopy(index, *text);
    else if (const auto* number = std::get_if<double>(&values[i]))
      statement.bind(index, *number);
    else
      statement.bind(index, std::get<int64_t>(values[i]));
  }
}

SqlRow RowIn(SQLite::Statement& statement) {
  SqlRow row;
  for (int i = 0; i < statement.getColumnCount(); ++i) {
    const SQLite::Column column = statement.getColumn(i);
    if (column.isInteger())
      row.values.emplace_back(column.getInt64());
    else if (column.isFloat())
      row.values.emplace_back(column.getDouble());
    else
      row.values.emplace_back(column.getString());
  }
  return row;
}

// A statement that was run gives up its locks.
class Resetting {
 public:
  explicit Resetting(SQLite::Statement& statement) : statement_(statement) {}
  ~Resetting() { statement_.tryReset(); }
  Resetting(const Resetting&) = delete;
  Resetting& operator=(const Resetting&) = delete;

 private:
  SQLite::Statement& statement_;
};

}  // namespace

struct SqliteConnection::Impl {
  SQLite::Database database;
  std::map<std::string, SQLite::Statement> statements{};

  SQLite::Statement& Prepared(const SqlStatement& statement) {
    const auto found = statements.find(statement.name);
    if (found != statements.end()) return found->second;
    return statements
        .emplace(statement.name, SQLite::Statement(database, statement.In(Dialect::kSqlite)))
        .first->second;
  }
};

SqliteConnection::SqliteConnection(const std::filesystem::path& path, int64_t busy_ms,
                                   bool reads_only)
    : path_(path) {
  try {
    impl_.reset(new Impl{.database = SQLite::Database(path.string(),
                                                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                                                      static_cast<int>(busy_ms))});
    // What is deleted is overwritten: a user who is forgotten is gone from the file. Where nobody
    // counts the pages of the log it turns over at 16 megabytes, so that a page which many writes
    // change is seldom moved.
    impl_->database.exec(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; "
        "PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 67108864; "
        "PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY;");
    if (reads_only) impl_->database.exec("PRAGMA query_only = ON;");
  } catch (const SQLite::Exception& fault) {
    throw AsError(path_, fault);
  }
}

SqliteConnection::~SqliteConnection() = default;

std::vector<SqlRow> SqliteConnection::Run(const SqlStatement& statement,
                                          const std::vector<SqlValue>& values) {
  try {
    SQLite::Statement& prepared = impl_->Prepared(statement);
    const Resetting resetting(prepared);
    Bind(prepared, values);
    std::vector<SqlRow> rows;
    while (prepared.executeStep()) rows.push_back(RowIn(prepared));
    return rows;
  } catch (const SQLite::Exception& fault) {
    throw AsError(path_, fault);
  }
}

void SqliteConnection::Script(const std::string& text) {
  try {
    impl_->database.exec(text);
  } catch (const SQLite::Exception& fault) {
    throw AsError(path_, fault);
  }
}

bool SqliteConnection::InTransaction() const {
  return sqlite3_get_autocommit(impl_->database.getHandle()) == 0;
}

void SqliteConnection::UseWriteAheadLog(int64_t busy_ms) {
  // SQLite's own waiting does not cover this step.
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(busy_ms);
  while (true) {
    try {
      impl_->database.exec("PRAGMA journal_mode = WAL;");
      return;
    } catch (const SQLite::Exception& fault) {
      const bool busy = fault.getErrorCode() == SQLITE_BUSY;
      if (!busy || std::chrono::steady_clock::now() > end) throw AsError(path_, fault);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void SqliteConnection::CountLogPages() {
  const auto count = [](void* pages, sqlite3*, const char*, int now) {
    *static_cast<std::atomic<int64_t>*>(pages) = now;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(impl_->database.getHandle(), count, &log_pages_);
}

}  // namespace lerl
