#pragma once
// WorkerPool: threads that do tasks from a bounded queue, in the order they came.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace lerl {

class WorkerPool {
 public:
  WorkerPool(int64_t threads, int64_t bound);
  ~WorkerPool();  // does what is in the queue first
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Returns false where the queue is full. Never waits. A task must not throw.
  bool TryAdd(std::function<void()> task);
  int64_t queued() const;

 private:
  void Work();

  const int64_t bound_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace lerl
