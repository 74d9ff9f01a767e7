#pragma once
// PostgresStore: an EventStore in a database of a PostgreSQL server (13 or newer), for services of
// several machines. Its tables lie in the first schema of the connection's search path.
//
// When the server goes away, calls reconnect for `connect_ms`, which outlasts a restart. Where it
// was lost between the order to commit and the answer, the change is made again and knows its own
// work by all fields of a record (Sql::again), so that nothing is written twice or lost. The server
// could be asked what became of a transaction by its number, but after a crash it may give the
// number of one that left no trace to another.

#include <chrono>
#include <functional>
#include <string>

#include "lerl/events/connection_pool.h"
#include "lerl/events/postgres_connection.h"
#include "lerl/events/sql_store.h"
#include "lerl/events/store_config.h"

namespace lerl {

class PostgresStore : public SqlStore {
 public:
  // Connects and brings the tables up to date. Throws Error(kIo) where the server can't be reached
  // in time, Error(kConfig) where it refuses the user, Error(kData) where the tables are newer than
  // this program.
  PostgresStore(const std::string& url, const StoreConfig& config);

 protected:
  void Write(const Change& change) override;
  void Read(const View& view, bool as_one) override;
  int64_t Bytes(Sql& sql) override;

 private:
  using Work = std::function<void(PostgresConnection&)>;
  // Runs `work` with a connection, and with another one where that was lost, until the patience
  // ends. `unknown` then says whether a commit may have been made, and is read when it is over.
  void WithServer(const Work& work, const bool& unknown);

  std::string shown_;  // the URL without its password
  std::chrono::milliseconds patience_;
  ConnectionPool pool_;
};

}  // namespace lerl
