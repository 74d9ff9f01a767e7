#pragma once
// PostgresCells: a ledger of cells in a database of a PostgreSQL server (13 or newer), for the
// workers of any number of machines. Its tables lie in the first schema of the search path.
//
// Workers who claim at once pass over each other's rows (SKIP LOCKED), so nobody waits for another.
// When the server goes away, calls reconnect for `connect_ms`. Where it was lost between the order
// to commit and the answer, the call is made again: a worker then finds the cell that it holds.

#include <memory>
#include <mutex>
#include <string>

#include "lerl/events/postgres_connection.h"
#include "lerl/events/store_config.h"
#include "lerl/sql_cells/sql_cells.h"

namespace lerl {

class PostgresCells : public SqlCells {
 public:
  // Connects, and makes the tables where there are none. Throws Error(kIo) where the server can't
  // be reached in time, Error(kConfig) where it refuses the user.
  PostgresCells(const std::string& url, const StoreConfig& config, NowUs now_us = nullptr);

 protected:
  void Write(const Change& change) override;

 private:
  const std::string url_;
  const StoreConfig config_;
  std::mutex mutex_;
  std::unique_ptr<PostgresConnection> connection_;
};

}  // namespace lerl
