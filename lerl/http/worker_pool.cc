#include "lerl/http/worker_pool.h"

#include <utility>

namespace lerl {

WorkerPool::WorkerPool(int64_t threads, int64_t bound) : bound_(bound) {
  for (int64_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

WorkerPool::~WorkerPool() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::TryAdd(std::function<void()> task) {
  {
    const std::scoped_lock lock(mutex_);
    if (std::ssize(tasks_) >= bound_) return false;
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
  return true;
}

int64_t WorkerPool::queued() const {
  const std::scoped_lock lock(mutex_);
  return std::ssize(tasks_);
}

void WorkerPool::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    task = nullptr;  // what it held goes before the lock is taken
    lock.lock();
  }
}

}  // namespace lerl
