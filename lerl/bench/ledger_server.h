#pragma once
// A PostgreSQL server for a benchmark, with a folder and a socket of its own, and with fsync as in
// earnest. Nothing listens on the network.

#include <memory>
#include <string>

#include "lerl/base/child_process.h"
#include "lerl/bench/generated_data.h"

namespace lerl {

class LedgerServer {
 public:
  // Null where Debian's postgresql-15 is not installed. Throws Error(kIo) where it does not start.
  static std::unique_ptr<LedgerServer> Start();
  ~LedgerServer();

  std::string url() const;

 private:
  LedgerServer();

  TemporaryFolder folder_;
  std::unique_ptr<RunningChild> server_;
};

}  // namespace lerl
