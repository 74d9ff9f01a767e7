#pragma once
// PostgresConnection: one connection to a PostgreSQL server (13 or newer).
//
// Errors name the server and hold no password. ConnectionLost: the server went away, or could not
// be reached; another connection may do. TransactionRefused: the server chose to end a transaction
// that stood in the way of others, and it may be run again. Error(kBusy): others held what was
// needed for longer than `busy_ms`, or a statement took longer than `statement_ms`. Error(kData):
// the server's data are damaged. Error(kIo): anything else that the server refuses.

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "lerl/events/sql.h"
#include "lerl/events/store_config.h"

namespace lerl {

struct ConnectionLost : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct TransactionRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class PostgresConnection : public Sql {
 public:
  // Connects. Throws Error(kConfig) where the server knows no such user, password or database.
  PostgresConnection(const std::string& url, const StoreConfig& config);
  ~PostgresConnection() override;

  Dialect dialect() const override { return Dialect::kPostgres; }
  std::vector<SqlRow> Run(const SqlStatement& statement,
                          const std::vector<SqlValue>& values = {}) override;
  void Script(const std::string& text) override;

 private:
  struct Impl;  // keeps libpqxx's headers out of this one
  std::string url_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lerl
