#include "lerl/events/connection_pool.h"

#include <utility>

#include "lerl/base/error.h"

namespace lerl {

ConnectionPool::ConnectionPool(std::function<std::unique_ptr<Sql>()> make, int64_t most,
                               std::chrono::milliseconds patience, std::string store)
    : make_(std::move(make)), most_(most), patience_(patience), store_(std::move(store)) {}

std::unique_ptr<Sql> ConnectionPool::Take() {
  std::unique_lock lock(mutex_);
  if (!freed_.wait_for(lock, patience_, [this] { return taken_ < most_; }))
    throw Error(ErrorKind::kBusy, store_ + ": all " + std::to_string(most_) +
                                      " connections are in use; try again, or raise "
                                      "store.connections");
  ++taken_;
  if (idle_.empty()) return nullptr;
  std::unique_ptr<Sql> connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void ConnectionPool::GiveBack(std::unique_ptr<Sql> connection) {
  {
    const std::lock_guard lock(mutex_);
    --taken_;
    if (connection != nullptr) idle_.push_back(std::move(connection));
  }
  freed_.notify_one();
}

void ConnectionPool::With(const std::function<void(Sql&)>& work) {
  std::unique_ptr<Sql> connection = Take();
  try {
    if (connection == nullptr) connection = make_();
    work(*connection);
  } catch (...) {
    connection.reset();
    GiveBack(nullptr);
    throw;
  }
  GiveBack(std::move(connection));
}

void ConnectionPool::CloseIdle() {
  std::vector<std::unique_ptr<Sql>> closed;
  const std::lock_guard lock(mutex_);
  closed.swap(idle_);
}

}  // namespace lerl
