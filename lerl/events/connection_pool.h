#pragma once
// ConnectionPool: connections to a database that calls share, at most so many at a time. They are
// made when they are needed and kept.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lerl/events/sql.h"

namespace lerl {

class ConnectionPool {
 public:
  // `store` names the store in errors.
  ConnectionPool(std::function<std::unique_ptr<Sql>()> make, int64_t most,
                 std::chrono::milliseconds patience, std::string store);

  // Runs `work` with a connection that nobody else has meanwhile. Where it throws, the connection
  // is closed. Throws Error(kBusy) where none is free within the patience, and what `make` throws.
  void With(const std::function<void(Sql&)>& work);
  // Closes those that nobody has, as after a server was lost.
  void CloseIdle();

 private:
  std::unique_ptr<Sql> Take();
  void GiveBack(std::unique_ptr<Sql> connection);  // null: it was closed

  std::function<std::unique_ptr<Sql>()> make_;
  int64_t most_;
  std::chrono::milliseconds patience_;
  std::string store_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Sql>> idle_;
  int64_t taken_ = 0;
};

}  // namespace lerl
