#include "lerl/sql_cells/sqlite_cells.h"

#include "lerl/base/error.h"
#include "lerl/events/sqlite_file.h"

namespace lerl {
namespace {

constexpr int64_t kLedgerApplicationId = 0x4c43656c;  // "LCel"

constexpr SqlStatement kBeginCells{.name = "begin", .text = "BEGIN IMMEDIATE"};
constexpr SqlStatement kCommitCells{.name = "commit", .text = "COMMIT"};
constexpr SqlStatement kRollBackCells{.name = "roll_back", .text = "ROLLBACK"};
constexpr SqlStatement kIdentityOfCells{
    .name = "identity",
    .text =
        "SELECT application_id, (SELECT COUNT(*) FROM sqlite_master) "
        "FROM pragma_application_id"};

const std::filesystem::path& Made(const std::filesystem::path& path) {
  if (path.empty()) throw Error(ErrorKind::kConfig, "--ledger: names no file");
  MakeStoreFile(path);
  return path;
}

}  // namespace

SqliteCells::SqliteCells(const std::filesystem::path& path, const SqliteCellsOptions& options)
    : SqlCells(options.now_us), connection_(Made(path), options.busy_ms, false) {
  const auto require_a_ledger = [&](Sql& sql) {
    const SqlRow identity = sql.Run(kIdentityOfCells).at(0);
    const bool empty = identity.Count(0) == 0 && identity.Count(1) == 0;
    if (!empty && identity.Count(0) != kLedgerApplicationId)
      throw Error(ErrorKind::kData,
                  path.string() + ": a database of another kind, no ledger; name another file");
  };
  require_a_ledger(connection_);
  connection_.UseWriteAheadLog(options.busy_ms);
  if (!options.synced) connection_.Script("PRAGMA synchronous = OFF;");
  Write([&](Sql& sql) {
    require_a_ledger(sql);
    MakeCellTables(sql, path.string());
    sql.Script("PRAGMA application_id = " + std::to_string(kLedgerApplicationId) + ";");
  });
}

void SqliteCells::Write(const Change& change) {
  const std::lock_guard lock(mutex_);
  connection_.Run(kBeginCells);
  try {
    change(connection_);
    connection_.Run(kCommitCells);
  } catch (...) {
    if (connection_.InTransaction()) connection_.Run(kRollBackCells);
    throw;
  }
}

}  // namespace lerl
