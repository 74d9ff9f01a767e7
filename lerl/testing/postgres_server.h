#pragma once
// A real PostgreSQL server for tests: one for each test program, with a data folder and a socket of
// its own, and with fsync as in earnest. Nothing listens on the network.

#include <filesystem>
#include <string>

#include "lerl/events/store_config.h"

namespace lerl {

class PostgresServer {
 public:
  // The server of this program, started at the first call; null where Debian's postgresql-15 is not
  // installed. It ends with the program.
  static PostgresServer* Get();

  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // The settings of a store that is still empty, apart from all others.
  StoreConfig FreshStore();

  void Start();
  // Ends connections and stops in good order.
  void Stop();
  // Stops as a power failure does, but for what the disk has taken.
  void Crash();

 private:
  std::string Url() const;
  void Signal(int signal);

  std::filesystem::path folder_;
  int process_ = -1;
  int stores_ = 0;
};

}  // namespace lerl
