#pragma once
// SqliteCells: a ledger of cells in one file, for the processes of one machine. The file's folder
// is to be on a local disk: the log that is written ahead of it is shared by memory.

#include <filesystem>
#include <mutex>

#include "lerl/events/sqlite_connection.h"
#include "lerl/sql_cells/sql_cells.h"

namespace lerl {

struct SqliteCellsOptions {
  int64_t busy_ms = 60000;  // that a call waits while others write
  bool synced = true;       // false: what was written may be lost with the machine's power
  NowUs now_us = nullptr;
};

class SqliteCells : public SqlCells {
 public:
  // Opens a ledger, or makes one (mode 0600, with its folder) where there is no file. Throws
  // Error(kData) where the file is none.
  explicit SqliteCells(const std::filesystem::path& path, const SqliteCellsOptions& options = {});

 protected:
  void Write(const Change& change) override;

 private:
  std::mutex mutex_;
  SqliteConnection connection_;
};

}  // namespace lerl
